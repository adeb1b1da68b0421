import { hasTrees } from '../ask-revisions.js'
import { RemoteUnreachableError } from '../remote-error.js'
import type {
  CallerFacts,
  DatabaseFacts,
  Dialects,
  ServerExamination,
  ServerFacts,
  ServerTask,
  TaskVerdict,
  Verdict,
} from './examination.js'
import type { CommandProbes } from './probe-commands.js'
import type { BatchProbes } from './probe-database.js'
import type { ServerProbes } from './probe-server.js'
import type { Outcome } from './prober.js'

/** All that verdicts are made of. */
export interface Evidence {
  readonly server: ServerFacts
  readonly caller: CallerFacts
  readonly database: DatabaseFacts
  readonly dialects: Dialects
  readonly loggerState: ServerProbes['loggerState']
  readonly commands: CommandProbes
  readonly batch: BatchProbes
  /** Whether one server of a cluster is read through its coordinator. */
  readonly isForwarded: boolean
}

/** A verdict, and what there is to say of it. */
interface Judged {
  readonly verdict: Verdict
  readonly reason?: string | undefined
}

const YES: Judged = { verdict: 'yes' }
const UNAUTHORIZED = 401
const FORBIDDEN = 403
const NOT_FOUND = 404
const NOT_IMPLEMENTED = 501
/** Statuses of servers that have never heard of something. */
const MISSING: readonly number[] = [400, NOT_FOUND, 405, NOT_IMPLEMENTED]
const SYSTEM_DATABASE = '_system'

const no = (reason: string): Judged => ({ verdict: 'no', reason })
const partly = (reason: string): Judged => ({ verdict: 'partly', reason })
const unknown = (reason: string): Judged => ({ verdict: 'unknown', reason })

/** Says what can be done with a server, from what was found out about it. */
export function judge(evidence: Evidence): ServerExamination['verdicts'] {
  const reading = judgeReading(evidence)
  const tree = judgeTree(evidence, reading)
  const log = judgeLog(evidence)
  const verdicts: readonly (readonly [ServerTask, Judged])[] = [
    ['dump', reading],
    ['sync', reading],
    ['sync-by-tree', tree],
    ['sync-by-keys', judgeKeys(evidence, reading)],
    ['parallel-dump', judgeParallelDump(evidence, reading)],
    ['diff', judgeDiff(reading, tree)],
    ['tail', log],
    ['follow', worse(reading, log)],
    ['all-databases', judgeAll(evidence, reading)],
    ['target', judgeTarget(evidence)],
  ]
  return verdicts.map(([task, { verdict, reason }]): TaskVerdict => ({ task, verdict, reason }))
}

function judgeReading({ database, batch, isForwarded }: Evidence): Judged {
  const missing = missingDatabase(database)
  if (missing !== undefined) return missing
  const failed = [batch.batch, batch.inventory, batch.dump?.lines].find(
    (outcome) => outcome?.isAnswered === false,
  )
  if (failed !== undefined) return refused(failed)
  if (isForwarded) return partly('of a cluster, the shards of one DB server at a time')
  const { hiddenCollections: hidden = 0 } = database
  return hidden > 0 ? partly(`collections that you may not read are left out (${hidden})`) : YES
}

function judgeTree({ database, batch }: Evidence, reading: Judged): Judged {
  if (reading.verdict === 'no') return reading
  const { collections = 0, collectionsByRevision = 0 } = database
  if (collections === 0) return unknown('there is no collection to look at')
  const { trees } = batch
  if (trees?.tree === undefined) return no(reasonOfNoTrees(batch))
  const failed = [trees.tree, trees.ranges].find((outcome) => outcome?.isAnswered === false)
  if (failed !== undefined) return refused(failed, 'it keeps no revision trees')
  if (collectionsByRevision === collections) return reading
  return partly(`${collections - collectionsByRevision} of ${collections} collections have no tree`)
}

function reasonOfNoTrees({ batch }: BatchProbes): string {
  const isOld = batch.isAnswered && !hasTrees(batch.value.version)
  return isOld ? 'there are no trees before 3.8' : 'no collection here is synced by revision'
}

function judgeKeys({ commands }: Evidence, reading: Judged): Judged {
  if (reading.verdict === 'no') return reading
  if (commands.hasKeys === undefined) return unknown('it did not tell whether it has them')
  return commands.hasKeys ? reading : no('it does not tell keys')
}

function judgeParallelDump({ batch }: Evidence, reading: Judged): Judged {
  if (reading.verdict === 'no') return reading
  const start = batch.parallelDump?.start
  if (start === undefined) return unknown('there is no collection to try it with')
  if (!start.isAnswered) return refused(start, 'it is not to be had here; the plain way is taken')
  return start.value ? reading : partly(OWN_MOMENT)
}

/** A context that shows another moment than the batch does is of use where that makes no difference. */
const OWN_MOMENT =
  'it has a moment of its own: while nothing is written, or where the log is followed'

/** Where there are no trees they are made of the documents, all of which cross the wire then. */
function judgeDiff(reading: Judged, tree: Judged): Judged {
  if (reading.verdict !== 'yes' || tree.verdict === 'yes') return reading
  return { verdict: 'yes', reason: 'all documents are read where there is no tree' }
}

function judgeLog({ commands: { log }, server, database }: Evidence): Judged {
  const missing = missingDatabase(database)
  if (missing !== undefined) return missing
  if (log.isAnswered) return YES
  if (server.role === 'coordinator') return no('a cluster has no log that can be followed')
  if (log.status === FORBIDDEN || log.status === UNAUTHORIZED) {
    return no('the log is only for users who may administer the server')
  }
  return refused(log, 'it has no log of the kind that ArangoDB has from 3.3 on')
}

function judgeAll({ caller, server, database }: Evidence, reading: Judged): Judged {
  if (server.role === 'coordinator') return no('a coordinator does not tell of all databases')
  if (missingDatabase(database) !== undefined) return unknown('examine the address without /_db/…')
  if (reading.verdict === 'no') return reading
  if (caller.databases === undefined)
    return unknown('it does not tell who may read which databases')
  const isAllowed = caller.databases.some(({ name }) => name === SYSTEM_DATABASE)
  return isAllowed ? reading : no(`it goes through ${SYSTEM_DATABASE}, which is not yours to read`)
}

function judgeTarget({ server, database, loggerState, isForwarded }: Evidence): Judged {
  if (server.isReadOnly === true) return no('the server is in read-only mode')
  if (server.role === 'dbserver' || server.role === 'agent' || isForwarded) {
    return no('a cluster is written to through its coordinator')
  }
  const missing = missingDatabase(database)
  if (missing !== undefined) return missing
  if (!loggerState.isAnswered) return refused(loggerState)
  const { grant, name } = database
  if (grant === undefined) return unknown('it does not tell whether you may change the database')
  return grant === 'rw' ? YES : no(`you may only read database "${name}"`)
}

function missingDatabase({ name, isThere, grant }: DatabaseFacts): Judged | undefined {
  if (!isThere) return no(`there is no database "${name}"; it has to be made first`)
  return grant === 'none' ? no(`database "${name}" is not yours to read`) : undefined
}

/** The reason of a refusal: in words of ours where the server lacks what was asked for. */
function refused(outcome: Outcome<unknown>, whenMissing?: string): Judged {
  if (outcome.isAnswered) return YES
  const { status, reason, error } = outcome
  const isLost = error === undefined || error instanceof RemoteUnreachableError
  if (isLost) return unknown(reason)
  const isMissing = whenMissing !== undefined && MISSING.includes(status)
  return no(isMissing ? whenMissing : reason)
}

/** The verdict of what needs both. */
function worse(a: Judged, b: Judged): Judged {
  const order: readonly Verdict[] = ['no', 'unknown', 'partly', 'yes']
  return order.indexOf(b.verdict) < order.indexOf(a.verdict) ? b : a
}
