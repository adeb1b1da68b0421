import type { ParameterAbout, StatusAbout } from '../../lib/server/about.js'
import type { Access, Compat, Endpoint } from '../../lib/server/endpoint.js'
import { APIS_NOT_SERVED, COMMANDS_NOT_SERVED } from '../../lib/server/not-served.js'
import { ENDPOINTS } from '../../lib/server/routes.js'
import { EVERYWHERE, refusals } from '../server/support/common-statuses.js'

/** Where the page lies. */
export const ENDPOINTS_PAGE: URL = new URL('../../../docs/endpoints.md', import.meta.url)

/** Shortest line below the head of a column. */
const MARK = '---'

const ACCESS: Readonly<Record<Access, string>> = {
  open: 'nothing',
  known: 'a name and its password, or a token',
  'database-ro': 'to read the database',
  'database-rw': 'to change the database',
  'collection-ro': 'to read the collection',
  'collection-rw': 'to change the collection',
  server: 'to change `_system`, as administrators may',
}

const INTRODUCTION = `# Endpoints of the leader

This page is made of what the endpoints say of themselves (\`npm run endpoints\`). Paths work with and without
\`/_db/NAME\` in front; without it the database is \`_system\`. What the answers look like is told in
[Protocol](protocol.md).

Where the documented protocol and today's ArangoDB contradict each other, \`serve --compat\` chooses: \`documented\`,
the default, or \`arangodb\`; \`arangodb-3.7\` plays a leader before 3.8. An error is
\`{"error":true,"code":…,"errorNum":…,"errorMessage":"…"}\`, in JSON or, for whom asks for it, VelocyPack.`

const COMPARISON = `Statuses, with the errorNum behind them, of the endpoints that the documented protocol has; of those
that every endpoint answers only 405 and 500.`

const NOT_SERVED =
  'Each of these is answered with 501, errorNum 9 and a sentence that says what it is about.'

const OTHER_PATHS = `Any other path is 404 with errorNum 404, but below \`/_api/replication\` 400 with errorNum 400, or with 601 where parts
follow a command that there is, and below \`/_api/wal\` 400 with errorNum 400.`

/** Makes docs/endpoints.md of the endpoints. */
export function formatEndpointsPage(): string {
  const parts = [
    INTRODUCTION,
    '## What every endpoint answers',
    statusTable([...refusals('server'), ...EVERYWHERE]),
    '## What is documented, and what is answered',
    COMPARISON,
    comparison(ENDPOINTS.filter(({ about }) => about.documented !== undefined)),
    '## What is not served',
    NOT_SERVED,
    table(
      ['path', 'about'],
      [
        ...notServed('/_api/', APIS_NOT_SERVED),
        ...notServed('/_api/replication/', COMMANDS_NOT_SERVED),
      ],
    ),
    OTHER_PATHS,
    ...sections(),
  ]
  return `${parts.join('\n\n')}\n`
}

function notServed(prefix: string, names: ReadonlyMap<string, string>): readonly string[][] {
  return [...names].map(([name, what]) => [`\`${prefix}${name}\``, what])
}

function comparison(endpoints: readonly Endpoint[]): string {
  const row = (endpoint: Endpoint): string[] => [
    `\`${titleOf(endpoint)}\``,
    (endpoint.about.documented ?? []).join(', '),
    statusesOf(endpoint, 'documented'),
    statusesOf(endpoint, 'arangodb'),
  ]
  const heads = ['endpoint', 'in the documentation', '`documented`', '`arangodb`']
  return table(heads, byPath(endpoints).map(row))
}

function statusesOf({ about }: Endpoint, form: Compat): string {
  const common = EVERYWHERE.filter(({ status }) => [405, 500].includes(status))
  const shown = [...about.statuses, ...common]
    .filter(({ compat }) => compat === undefined || compat === form)
    .sort((a, b) => a.status - b.status)
    .map(({ status, errorNum }) => (errorNum === undefined ? status : `${status}/${errorNum}`))
  return [...new Set(shown)].join(', ')
}

function sections(): readonly string[] {
  const groups = new Map<string, Endpoint[]>()
  for (const endpoint of byPath(ENDPOINTS)) {
    const group = /^\/_\w+\/[^/]+/.exec(endpoint.path)?.[0] ?? endpoint.path
    groups.set(group, [...(groups.get(group) ?? []), endpoint])
  }
  return [...groups].flatMap(([group, endpoints]) => [`## \`${group}\``, ...endpoints.map(section)])
}

function section(endpoint: Endpoint): string {
  const { about, access } = endpoint
  const { summary, parameters, statuses } = about
  return [
    `### \`${titleOf(endpoint)}\``,
    `${capital(summary)}. The caller needs: ${ACCESS[access]}.`,
    ...(parameters.length === 0 ? [] : [parameterTable(parameters)]),
    statusTable(statuses),
  ].join('\n\n')
}

function parameterTable(parameters: readonly ParameterAbout[]): string {
  const rows = parameters.map(({ name, place, type, isRequired, fallback, what }) => [
    name === '' ? 'the body' : `\`${name}\``,
    place,
    type,
    isRequired ? 'required' : codeOf(fallback),
    what,
  ])
  return table(['parameter', 'in', 'type', 'default', 'what'], rows)
}

function codeOf(fallback: string | undefined): string {
  return fallback === undefined ? '' : `\`${fallback}\``
}

function statusTable(statuses: readonly StatusAbout[]): string {
  const sorted = [...statuses].sort((a, b) => a.status - b.status)
  const row = ({ status, errorNum, when, compat }: StatusAbout): string[] => {
    const form = compat === undefined ? '' : ` (\`${compat}\`)`
    return [String(status), String(errorNum ?? ''), `${when}${form}`]
  }
  return table(['status', 'errorNum', 'when'], sorted.map(row))
}

function titleOf({ method, path }: Endpoint): string {
  return `${method} ${path.replace(/:(\w+)/g, '{$1}')}`
}

function byPath(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return [...endpoints].sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1))
}

/** A table whose columns are as wide as their widest cell, as prettier has them. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = heads.map((_, column) =>
    Math.max(MARK.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[], filler: string): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, filler)).join(' | ')} |`
  const [head = [], ...body] = cells
  const mark = line(
    heads.map(() => MARK),
    '-',
  )
  return [line(head, ' '), mark, ...body.map((row) => line(row, ' '))].join('\n')
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
