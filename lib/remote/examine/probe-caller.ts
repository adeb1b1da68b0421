import type { RemoteAddress } from '../../replica/index.js'
import { DEFAULT_USERNAME, type RemoteCredentials } from '../credentials.js'
import type { CallerFacts, DatabaseGrant, GrantedDatabase } from './examination.js'
import { partOf, textOf, valueOf, type Prober } from './prober.js'

/** How the caller tells who asks. */
export type CallerIdentity = Pick<CallerFacts, 'kind' | 'name'>

const SYSTEM_DATABASE = '_system'
/** Stands for all collections that have no grant of their own. */
const ANY_NAME = '*'
const GRANTS: ReadonlySet<unknown> = new Set(['rw', 'ro', 'none'])

/**
 * Finds out who asks, in the order in which the `Authorization` header is made. A token without the
 * name of a user is one of servers among themselves, who may do everything.
 */
export function identifyCaller(
  { username }: RemoteAddress,
  credentials: RemoteCredentials,
): CallerIdentity {
  const { password, jwt } = credentials
  const fallback = password === undefined ? undefined : DEFAULT_USERNAME
  const name = username ?? credentials.username ?? fallback
  if (name !== undefined) return { kind: 'user', name }
  if (jwt === undefined) return { kind: 'nobody', name: undefined }
  const user = userOfToken(jwt)
  return user === undefined ? { kind: 'superuser', name: undefined } : { kind: 'user', name: user }
}

/** Asks which databases the caller may read, and of users also which of them they may change. */
export async function probeCaller(prober: Prober, caller: CallerIdentity): Promise<CallerFacts> {
  const listed = await prober.askJson({ task: 'read the databases', path: '/_api/database/user' })
  const names = textsOf(partOf(valueOf(listed), 'result'))
  if (caller.kind !== 'user') {
    // Whoever is answered without credentials asks a server that wants none of anybody.
    const databases = names?.map((name) => ({ name, grant: 'rw' }) as const)
    return { ...caller, isAdministrator: true, databases }
  }
  const given = await prober.askJson({
    task: 'read the grants',
    path: userPath(caller.name ?? ''),
  })
  const databases = grantsOf(partOf(valueOf(given), 'result')) ?? names?.map(readable)
  const system = databases?.find(({ name }) => name === SYSTEM_DATABASE)
  const isHidden = databases !== undefined && system === undefined
  const isAdministrator = isHidden ? false : isWritable(system)
  return { ...caller, isAdministrator, databases }
}

/**
 * Counts the collections of a database that the caller may not read, which lists of collections and
 * inventories leave out without a word. Where the database may be read that takes a grant of `none`
 * for the collection itself.
 *
 * @returns undefined where the server does not tell
 */
export async function probeHidden(
  prober: Prober,
  { kind, name = '' }: CallerIdentity,
  database: string,
): Promise<number | undefined> {
  if (kind !== 'user') return 0
  const given = await prober.askJson({
    task: 'read the grants of collections',
    path: userPath(name),
    query: { full: 'true' },
  })
  const result = partOf(valueOf(given), 'result')
  const collections = partOf(partOf(result, database), 'collections')
  if (typeof collections !== 'object' || collections === null) return undefined
  const grants: readonly (readonly [string, unknown])[] = Object.entries(collections)
  return grants.filter(([one, grant]) => one !== ANY_NAME && grant === 'none').length
}

function userPath(name: string): string {
  return `/_api/user/${encodeURIComponent(name)}/database`
}

function readable(name: string): GrantedDatabase {
  return { name, grant: undefined }
}

function isWritable(database: GrantedDatabase | undefined): boolean | undefined {
  return database?.grant === undefined ? undefined : database.grant === 'rw'
}

function grantsOf(result: unknown): readonly GrantedDatabase[] | undefined {
  if (typeof result !== 'object' || result === null) return undefined
  return Object.entries(result)
    .map(([name, grant]: [string, unknown]) => ({ name, grant: grantOf(grant) }))
    .filter(({ grant }) => grant !== 'none')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function grantOf(grant: unknown): DatabaseGrant | undefined {
  return GRANTS.has(grant) ? (grant as DatabaseGrant) : undefined
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.filter((one): one is string => typeof one === 'string').sort()
}

/** The name inside a token; its signature is the server's business. */
function userOfToken(jwt: string): string | undefined {
  try {
    const [, payload = ''] = jwt.split('.')
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return textOf(claims, 'preferred_username')
  } catch {
    return undefined
  }
}
