import { formatAddress, parseAddress, type Source } from '../../replica/index.js'
import { cleanSource, runSync, runSyncAll, type SyncOptions } from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { createCopyView, createGlobalCopyView } from '../dump/copy-view.js'
import { selectionOf, type DirectoryFlags } from '../dump/dump-flags.js'
import { readEnds } from '../dump/read-ends.js'
import { refuseFirst } from '../dump/refuse-first.js'
import { hasSharding, shardingOf, type ShardingFlags } from '../dump/sharding.js'
import { EXIT_CODE } from '../exit-code.js'
import {
  parseCopyTarget,
  withSource,
  withTarget,
  type CopyTargetAddress,
  type ServerTargetOptions,
} from '../open-replica.js'
import { summarise } from '../summary.js'
import { summariseAll } from '../summary-all.js'
import { subsetOf, type SubsetFlags } from '../subset-flags.js'
import type { TransformFlags } from '../transform-flags.js'
import { isWhole } from '../unused-rules.js'
import { UsageError } from '../usage-error.js'
import { withRunner } from '../with-runner.js'

/** Collections at one time where nothing else is asked for; a store has one writer. */
const THREADS = { store: 1, remote: 2 } as const

const CONTINUED_TRANSFORM = '--continue compares documents, and transforms make others of them'

/** Flags of `tidemark restore`. */
export interface RestoreFlags extends DirectoryFlags, ShardingFlags, TransformFlags, SubsetFlags {
  readonly view?: readonly string[] | undefined
  readonly createDatabase?: boolean | undefined
  readonly createCollection?: boolean | undefined
  readonly importData?: boolean | undefined
  readonly cleanupDuplicateAttributes?: boolean | undefined
  readonly forceSameDatabase?: boolean | undefined
  readonly inputDirectory?: string | undefined
}

/** `tidemark restore DIRECTORY TARGET`: puts a dump directory into a store or a server. */
export async function restoreCommand(
  context: CommandContext,
  words: readonly (string | undefined)[],
  flags: RestoreFlags,
): Promise<number> {
  const given = { command: 'restore', first: 'directory', directory: flags.inputDirectory } as const
  const ends = readEnds({ ...given, words }, flags)
  const directory = readDirectory(ends.directory)
  const target = parseCopyTarget(ends.replica)
  assertFit(flags, target)
  return withRunner(
    context,
    flags,
    (transform) => {
      const options = { ...optionsOf(context, target, flags), transform }
      const restore = { context, directory, target, flags, options }
      return flags.allDatabases === true ? restoreAll(restore) : restoreOne(restore)
    },
    { tellsUnused: isWhole(flags) },
  )
}

/** What there is to do. */
interface Restore {
  readonly context: CommandContext
  readonly directory: string
  readonly target: CopyTargetAddress
  readonly flags: RestoreFlags
  readonly options: SyncOptions
}

async function restoreOne(restore: Restore): Promise<number> {
  const { context, directory, target, flags, options } = restore
  const begunMs = Date.now()
  const view = createCopyView(context, flags)
  const finished = await withSource(context, directory, 'source', (source) => {
    if (flags.forceSameDatabase === true) assertSameDatabase(source, target)
    const work = async (into: Parameters<typeof runSync>[1]) => {
      try {
        return await runSync(prepared(source, flags), into, options, view.show)
      } finally {
        view.end()
      }
    }
    return withTarget(context, target, work, targetOptions(flags))
  })
  if (flags.json !== true) {
    const seconds = (Date.now() - begunMs) / 1000
    context.stdout.write(summarise(finished, formatAddress(target), seconds))
  }
  return EXIT_CODE.fine
}

async function restoreAll(restore: Restore): Promise<number> {
  const { context, directory, target, flags, options } = restore
  const begunMs = Date.now()
  const view = createGlobalCopyView(context, flags)
  const finished = await withSource(context, directory, 'source', (source) => {
    const work = async (into: Parameters<typeof runSyncAll>[1]) => {
      try {
        const all = { ...options, systemLast: true }
        return await runSyncAll(prepared(source, flags), into, all, view.show)
      } finally {
        view.end()
      }
    }
    return withTarget(context, target, work, targetOptions(flags))
  })
  if (flags.json !== true) {
    const seconds = (Date.now() - begunMs) / 1000
    context.stdout.write(summariseAll(finished, formatAddress(target), seconds))
  }
  return EXIT_CODE.fine
}

function prepared(source: Source, flags: RestoreFlags): Source {
  const chosen = subsetOf(source, flags)
  return flags.cleanupDuplicateAttributes === true ? cleanSource(chosen) : chosen
}

function targetOptions(flags: RestoreFlags): ServerTargetOptions {
  const { createDatabase } = flags
  if (!hasSharding(flags)) return { createDatabase }
  return { createDatabase, shardingOf: (collection) => shardingOf(flags, collection) }
}

function optionsOf(
  { signal }: CommandContext,
  target: CopyTargetAddress,
  flags: RestoreFlags,
): SyncOptions {
  const { view, importData, createCollection, overwrite, threads = THREADS[target.kind] } = flags
  return {
    ...selectionOf(flags),
    signal,
    views: view,
    data: importData,
    definitions: createCollection,
    // Documents that go into what is there replace nothing but themselves.
    overwrite: createCollection === false ? undefined : overwrite,
    incremental: flags.continue,
    collectionsAtOnce: threads,
  }
}

function readDirectory(text: string): string {
  const address = parseAddress(text)
  if (address.kind === 'directory') return text
  const reason = 'it is no dump directory; "tidemark sync" copies from servers and stores'
  throw new UsageError(`Cannot restore ${formatAddress(address)}: ${reason}`)
}

function assertFit(flags: RestoreFlags, target: CopyTargetAddress): void {
  const { importData = true, createCollection = true } = flags
  refuseFirst('restore', [
    [!importData && !createCollection, 'without definitions and documents nothing is left'],
    [hasSharding(flags) && target.kind === 'store', 'a store has no shards'],
  ])
  if (flags.continue === true) assertFitContinued(flags)
  if (flags.allDatabases === true) assertFitAll(flags, target)
}

function assertFitContinued(flags: RestoreFlags): void {
  const { importData = true, createCollection = true, overwrite = true, transform } = flags
  refuseFirst('restore', [
    [!importData || !createCollection, '--continue moves definitions and documents'],
    [transform !== undefined, CONTINUED_TRANSFORM],
    [!overwrite, '--continue changes collections that are there'],
  ])
}

function assertFitAll(flags: RestoreFlags, target: CopyTargetAddress): void {
  refuseFirst('restore', [
    [isChosen(flags), 'each database has other collections'],
    [flags.subset !== undefined, 'ids do not tell their database'],
    [flags.forceSameDatabase === true, 'each keeps its name anyway'],
    [target.database !== '_system', 'the address names one database, and all are restored'],
  ])
}

/** Names of collections and views mean something in one database. */
function isChosen(flags: RestoreFlags): boolean {
  const { collections, exclude } = selectionOf(flags)
  return [collections, exclude, flags.view].some((names) => names !== undefined)
}

function assertSameDatabase({ database }: Source, target: CopyTargetAddress): void {
  if (database === target.database) return
  const dumped = database === undefined ? 'no database that it names' : `database "${database}"`
  const where = formatAddress(target)
  throw new UsageError(`Cannot restore into ${where}: the dump is of ${dumped}`)
}
