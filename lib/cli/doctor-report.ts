import type {
  CallerFacts,
  ClockDifference,
  DatabaseFacts,
  DatabaseGrant,
  Dialects,
  ServerExamination,
  ServerFacts,
  ServerRole,
  ServerTask,
  TlsFacts,
} from '../remote/index.js'
import { formatCount, formatSeconds, plural } from './human.js'
import { formatTable } from './table.js'

const UNKNOWN = 'not known'
const SECOND_MS = 1000
/** More than these are only counted. */
const DATABASES_MAX = 10

const ROLES: Readonly<Record<ServerRole, string>> = {
  single: 'a single server',
  coordinator: 'a coordinator of a cluster',
  dbserver: 'a DB server of a cluster',
  agent: 'an agent of a cluster',
}

const GRANTS: Readonly<Record<DatabaseGrant, string>> = {
  rw: 'may be changed',
  ro: 'may be read',
  none: 'is not yours to read',
}

/** As people write them on a command line. */
const TASKS: Readonly<Record<ServerTask, string>> = {
  dump: 'dump',
  sync: 'sync',
  'sync-by-tree': 'sync --incremental, by trees',
  'sync-by-keys': 'sync --incremental, by keys',
  'parallel-dump': 'parallel dump',
  diff: 'diff',
  tail: 'tail',
  follow: 'sync --follow',
  'all-databases': 'sync --all-databases',
  target: 'sync and restore into it',
}

const FACT_COLUMNS = [{ title: 'about' }, { title: 'found' }] as const
const TASK_COLUMNS = [{ title: 'what' }, { title: 'works' }, { title: 'remark' }] as const

/** Formats an examination for people: what was found out, then what works. */
export function formatExamination(examination: ServerExamination): string {
  const { address, server, caller, database, dialects, clock, tls, verdicts } = examination
  const facts: readonly (readonly [string, string])[] = [
    ['server', describeServer(server)],
    ['state', describeState(server)],
    ...(server.dbServers.length > 0
      ? ([['DB servers', server.dbServers.join(', ')]] as const)
      : []),
    ['caller', describeCaller(caller)],
    ['databases', describeDatabases(caller)],
    ['this one', describeDatabase(database)],
    ...describeDialects(dialects),
    ['clock', clock === undefined ? UNKNOWN : describeClock(clock)],
    ['TLS', tls === undefined ? 'none' : describeTls(tls)],
  ]
  const rows = verdicts.map(({ task, verdict, reason = '' }) => [TASKS[task], verdict, reason])
  const found = formatTable(FACT_COLUMNS, facts)
  return `${address}\n\n${found}\n${formatTable(TASK_COLUMNS, rows)}`
}

function describeServer(server: ServerFacts): string {
  const { product, productVersion = '', version, engine, role, serverId } = server
  const name = product === 'tidemark' ? `tidemark ${productVersion} as ArangoDB` : 'ArangoDB'
  const parts = [
    `${name} ${version ?? 'of a version that it does not tell'}`,
    role === undefined ? undefined : ROLES[role],
    engine,
    serverId === undefined ? undefined : `id ${serverId}`,
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}

function describeState({ isReadOnly, isInMaintenance }: ServerFacts): string {
  const mode = isReadOnly === undefined ? UNKNOWN : isReadOnly ? 'read only' : 'can be written to'
  return isInMaintenance === true ? `${mode}, in maintenance` : mode
}

function describeCaller({ kind, name = '', isAdministrator }: CallerFacts): string {
  if (kind === 'nobody') return 'nobody; the server asks for no credentials'
  const who = kind === 'user' ? `user "${name}"` : 'a superuser, by a token of servers'
  if (isAdministrator === undefined) return who
  return `${who}, ${isAdministrator ? 'administrator' : 'no administrator'}`
}

function describeDatabases({ databases }: CallerFacts): string {
  if (databases === undefined) return UNKNOWN
  if (databases.length === 0) return 'none'
  const shown = databases.slice(0, DATABASES_MAX)
  const names = shown.map(({ name, grant }) => `${name} (${grant ?? '?'})`)
  const others = databases.length - shown.length
  return [...names, ...(others > 0 ? [`${formatCount(others)} others`] : [])].join(', ')
}

function describeDatabase({ name, isThere, grant, ...counts }: DatabaseFacts): string {
  if (!isThere) return `${name} is not there`
  const { collections, collectionsByRevision = 0, hiddenCollections = 0 } = counts
  const may = `${name} ${grant === undefined ? 'is there' : GRANTS[grant]}`
  if (collections === undefined) return may
  const trees = `${formatCount(collectionsByRevision)} with trees`
  const hidden = hiddenCollections > 0 ? `; ${formatCount(hiddenCollections)} are hidden` : ''
  return `${may}, ${plural(collections, 'collection')}, ${trees}${hidden}`
}

function describeDialects(dialects: Dialects): readonly (readonly [string, string])[] {
  const { dumpLines, dumpLinesUnasked, logFirstTick, logLastTick } = dialects
  const packed = dialects.dumpVelocyPack === true ? ', VelocyPack too' : ''
  const unasked =
    dumpLinesUnasked === undefined ? '' : `; not asked for a form: ${dumpLinesUnasked}`
  const last = logLastTick === undefined ? UNKNOWN : `up to tick ${logLastTick}`
  const from = logFirstTick === undefined ? last : `from tick ${logFirstTick} ${last}`
  return [
    ['dump', dumpLines === undefined ? UNKNOWN : `lines of ${dumpLines}${packed}${unasked}`],
    ['trees', describeTrees(dialects)],
    ['parallel dump', describeParallelDump(dialects)],
    ['log', dialects.log === false ? `${from}, not to be read` : from],
    ['keys', yesOrNo(dialects.keys)],
    ['restore calls', yesOrNo(dialects.restore)],
    ['applier', yesOrNo(dialects.applier)],
  ]
}

function describeTrees(dialects: Dialects): string {
  const { revisionTrees, treeVelocyPack, treeUnasked, revisionsAsHlc } = dialects
  if (revisionTrees !== true) return yesOrNo(revisionTrees)
  const parts = [
    treeVelocyPack === true ? 'VelocyPack' : 'JSON',
    treeUnasked === undefined ? undefined : `not asked for a form: ${treeUnasked}`,
    revisionsAsHlc === false ? 'revisions as documents have them' : 'revisions as HLC',
  ]
  return parts.filter((part) => part !== undefined).join('; ')
}

function describeParallelDump({ parallelDump, parallelDumpOfBatch }: Dialects): string {
  return parallelDumpOfBatch === true ? 'yes, of the moment of a batch' : yesOrNo(parallelDump)
}

function describeClock({ differenceMs, uncertaintyMs }: ClockDifference): string {
  const about = `(± ${formatTime(uncertaintyMs)})`
  if (Math.abs(differenceMs) <= uncertaintyMs) return `as here ${about}`
  const where = differenceMs > 0 ? 'ahead of' : 'behind'
  return `${formatTime(Math.abs(differenceMs))} ${where} the one here ${about}`
}

function formatTime(ms: number): string {
  return ms < SECOND_MS ? `${ms} ms` : formatSeconds(ms / SECOND_MS)
}

function describeTls({ protocol, cipher, subject, issuer, validTo }: TlsFacts): string {
  const certificate = `certificate of ${subject ?? '?'} by ${issuer ?? '?'}`
  const until = validTo === undefined ? undefined : `valid until ${validTo}`
  return [protocol, cipher, certificate, until].filter((part) => part !== undefined).join(', ')
}

function yesOrNo(value: boolean | undefined): string {
  if (value === undefined) return UNKNOWN
  return value ? 'yes' : 'no'
}
