import type { LoggerState } from '../../wire/index.js'
import { formatTick } from '../../values/index.js'
import { hasTrees, mayKnowRevisions } from '../ask-revisions.js'
import type { CallerFacts, DatabaseFacts, DatabaseGrant, Dialects } from './examination.js'
import type { CommandProbes } from './probe-commands.js'
import type { BatchProbes } from './probe-database.js'
import { valueOf, type Outcome } from './prober.js'

/** Puts what was found out about the endpoints together. */
export function dialectsOf(
  probes: BatchProbes,
  commands: CommandProbes,
  loggerState: Outcome<LoggerState>,
): Dialects {
  return {
    ...dialectsOfBatch(probes),
    ...dialectsOfTrees(probes),
    ...dialectsOfLog(commands, valueOf(loggerState)),
    keys: commands.hasKeys,
    restore: commands.hasRestore,
    applier: commands.hasApplier,
  }
}

type BatchDialects = Pick<
  Dialects,
  | 'batchState'
  | 'dumpLines'
  | 'dumpLinesUnasked'
  | 'dumpVelocyPack'
  | 'parallelDump'
  | 'parallelDumpOfBatch'
>

function dialectsOfBatch({ batch, dump, parallelDump }: BatchProbes): BatchDialects {
  const opened = valueOf(batch)
  return {
    batchState: opened === undefined ? undefined : opened.batch.state !== undefined,
    dumpLines: valueOf(dump?.lines),
    dumpLinesUnasked: dump?.linesUnasked,
    dumpVelocyPack: dump?.isVelocyPack,
    parallelDump: parallelDump?.start?.isAnswered,
    parallelDumpOfBatch: valueOf(parallelDump?.start),
  }
}

type TreeDialects = Pick<
  Dialects,
  'revisionTrees' | 'treeVelocyPack' | 'treeUnasked' | 'revisionsAsHlc'
>

function dialectsOfTrees({ batch, trees }: BatchProbes): TreeDialects {
  const isOld = batch.isAnswered && !hasTrees(batch.value.version)
  return {
    revisionTrees: isOld ? false : trees?.tree?.isAnswered,
    treeVelocyPack: valueOf(trees?.tree),
    treeUnasked: trees?.unasked,
    revisionsAsHlc: trees?.isHlc,
  }
}

type LogDialects = Pick<Dialects, 'log' | 'logFirstTick' | 'logLastTick'>

/** Where the log itself is not for the caller, its state still tells where it ends. */
function dialectsOfLog({ log }: CommandProbes, state: LoggerState | undefined): LogDialects {
  const bounds = valueOf(log)
  const lastTick = state === undefined ? undefined : formatTick(state.state.lastLogTick)
  return {
    log: log.isAnswered,
    logFirstTick: bounds?.firstTick,
    logLastTick: bounds?.lastTick ?? lastTick,
  }
}

/** What is known of the database of the address. */
export interface DatabaseProbes {
  readonly name: string
  readonly isThere: boolean
  readonly hiddenCollections: number | undefined
}

/** Says what the caller sees of the database of the address. */
export function databaseOf(
  { name, isThere, hiddenCollections }: DatabaseProbes,
  caller: CallerFacts,
  { batch, inventory }: BatchProbes,
): DatabaseFacts {
  const collections = valueOf(inventory)
  const opened = valueOf(batch)
  return {
    name,
    isThere,
    grant: isThere ? grantOf(name, caller, inventory?.isAnswered === true) : undefined,
    hiddenCollections,
    collections: collections?.length,
    collectionsByRevision:
      opened === undefined
        ? undefined
        : collections?.filter((one) => mayKnowRevisions({ opened }, one)).length,
  }
}

function grantOf(
  name: string,
  { kind, databases }: CallerFacts,
  isRead: boolean,
): DatabaseGrant | undefined {
  if (kind !== 'user') return 'rw'
  const database = databases?.find((one) => one.name === name)
  if (database !== undefined || databases === undefined || isRead) return database?.grant
  return 'none'
}
