import { openDirectoryTarget, openDirectoryTree } from '../../directory/index.js'
import { formatAddress, parseAddress, type Source } from '../../replica/index.js'
import {
  keepUnchanged,
  runSync,
  runSyncAll,
  UnfinishedCopyError,
  type GlobalSyncEvent,
  type GlobalSyncFinished,
  type KeepOptions,
  type KeptCollection,
  type SyncEvent,
  type SyncFinished,
  type SyncOptions,
} from '../../sync/index.js'
import { assertWholeReplica } from '../all-databases.js'
import type { TransformRunner } from '../../streams/index.js'
import type { CommandContext } from '../context.js'
import { createCopyView, createGlobalCopyView } from '../dump/copy-view.js'
import { selectionOf, type DirectoryFlags } from '../dump/dump-flags.js'
import {
  assertFitLines,
  assertFitDump,
  targetOptionsOf,
  type FormFlags,
} from '../dump/dump-form.js'
import { dumpLines } from '../dump/dump-lines.js'
import { DumpUnfinishedError } from '../dump/dump-unfinished-error.js'
import { summariseKept, tellingKept } from '../dump/kept-view.js'
import { readEnds } from '../dump/read-ends.js'
import { EXIT_CODE } from '../exit-code.js'
import { withSource, type ServerSourceOptions } from '../open-replica.js'
import { summarise } from '../summary.js'
import { summariseAll } from '../summary-all.js'
import { subsetOf, type SubsetFlags } from '../subset-flags.js'
import type { TransformFlags } from '../transform-flags.js'
import { isWhole } from '../unused-rules.js'
import { UsageError } from '../usage-error.js'
import { withRunner } from '../with-runner.js'

/** Collections at one time where nothing else is asked for. */
const THREADS = 2
/** Stands for stdout. */
const STDOUT = '-'
const SYSTEM_DATABASE = '_system'

/** Flags of `tidemark dump`. */
export interface DumpFlags extends DirectoryFlags, FormFlags, TransformFlags, SubsetFlags {
  readonly dumpViews?: boolean | undefined
  readonly maskings?: string | undefined
  readonly outputDirectory?: string | undefined
  readonly parallelDump?: boolean | undefined
}

/** `tidemark dump SOURCE DIRECTORY`: writes a database as arangodump does. */
export async function dumpCommand(
  context: CommandContext,
  words: readonly (string | undefined)[],
  given: DumpFlags,
): Promise<number> {
  const ends = { command: 'dump', first: 'replica', directory: given.outputDirectory } as const
  const { replica, directory } = readEnds({ ...ends, words }, given)
  const flags = withMaskings(given)
  if (directory === STDOUT) return dumpToStdout(context, replica, flags)
  assertFitDump(flags)
  const path = readDirectory(directory)
  // Transforms first: one that cannot be loaded is to make nothing.
  return withRunner(
    context,
    flags,
    (transform) => {
      const dump = { context, replica, path, flags, transform }
      return flags.allDatabases === true ? dumpAll(dump) : dumpOne(dump)
    },
    { tellsUnused: isWhole(flags) },
  )
}

/** What there is to do. */
interface Dump {
  readonly context: CommandContext
  readonly replica: string
  readonly path: string
  readonly flags: DumpFlags
  readonly transform: TransformRunner | undefined
}

async function dumpOne(dump: Dump): Promise<number> {
  const { context, replica, path, flags } = dump
  const begunMs = Date.now()
  const kept: KeptCollection[] = []
  const work = async (source: Source): Promise<SyncFinished> => {
    const target = await openDirectoryTarget(path, targetOptionsOf(context, flags))
    const view = tellingKept<SyncEvent>(createCopyView(context, flags), kept)
    const from = keeping(dump, source, kept, () => target)
    try {
      return await runSync(from, target, optionsOf(dump), view.show)
    } catch (error) {
      if (!(error instanceof UnfinishedCopyError)) throw error
      throw new DumpUnfinishedError(error, target.completedCollections().length)
    } finally {
      view.end()
      await target.close()
    }
  }
  const finished = await withSource(context, replica, 'only', work, openingOf(flags))
  return tellEnd(dump, (where, seconds) => summarise(finished, where, seconds), begunMs, kept)
}

async function dumpAll(dump: Dump): Promise<number> {
  const { context, replica, path, flags } = dump
  const address = parseAddress(replica)
  if (address.kind !== 'directory') assertWholeReplica(address)
  const begunMs = Date.now()
  const kept: KeptCollection[] = []
  const work = async (source: Source): Promise<GlobalSyncFinished> => {
    const target = await openDirectoryTree(path, targetOptionsOf(context, flags))
    const all = await target.openGlobal()
    const view = tellingKept<GlobalSyncEvent>(createGlobalCopyView(context, flags), kept)
    const from = keeping(dump, source, kept, (database = SYSTEM_DATABASE) => all.target(database))
    try {
      return await runSyncAll(from, target, optionsOf(dump), view.show)
    } finally {
      view.end()
      await target.close()
    }
  }
  const finished = await withSource(context, replica, 'only', work, openingOf(flags))
  return tellEnd(dump, (where, seconds) => summariseAll(finished, where, seconds), begunMs, kept)
}

/**
 * What transforms made of a collection, another run of them need not make again, and a subset has no
 * tree to compare: nothing is kept of either.
 */
function keeping(
  { transform, flags }: Dump,
  source: Source,
  kept: KeptCollection[],
  keeperOf: KeepOptions['keeperOf'],
): Source {
  if (transform !== undefined || flags.subset !== undefined) return subsetOf(source, flags)
  const onKept = (one: KeptCollection): void => {
    kept.push(one)
  }
  return keepUnchanged(subsetOf(source, flags), { keeperOf, onKept })
}

function tellEnd(
  { context, path, flags }: Dump,
  summary: (where: string, seconds: number) => string,
  begunMs: number,
  kept: readonly KeptCollection[],
): number {
  if (flags.json !== true) {
    const where = formatAddress({ kind: 'directory', path })
    const seconds = (Date.now() - begunMs) / 1000
    context.stdout.write(summary(where, seconds) + summariseKept(kept))
  }
  return EXIT_CODE.fine
}

function optionsOf({ context, flags, transform }: Dump): SyncOptions {
  return {
    ...selectionOf(flags),
    signal: context.signal,
    transform,
    ...(flags.dumpViews === false ? { views: [] } : {}),
    data: flags.dumpData,
    collectionsAtOnce: flags.threads ?? THREADS,
  }
}

/** Masking comes last, so that no transform brings back what was masked. */
function withMaskings(flags: DumpFlags): DumpFlags {
  const { maskings, transform = [] } = flags
  return maskings === undefined
    ? flags
    : { ...flags, transform: [...transform, `mask:${maskings}`] }
}

async function dumpToStdout(
  context: CommandContext,
  replica: string,
  flags: DumpFlags,
): Promise<number> {
  const { collections = [] } = selectionOf(flags)
  const [collection, ...others] = collections
  if (collection === undefined || others.length > 0) {
    const reason = 'lines do not say of which collection they are; name one with --collection'
    throw new UsageError(`Cannot dump to stdout: ${reason}`)
  }
  assertFitLines(flags)
  const lines = { collection, isEnveloped: flags.envelope === true }
  const work = (source: Source): Promise<void> => dumpLines(context, source, lines)
  await withSource(context, replica, 'only', work, openingOf(flags))
  return EXIT_CODE.fine
}

function openingOf({ parallelDump = true }: DumpFlags): ServerSourceOptions {
  return parallelDump ? { parallelDump: 'exact' } : {}
}

function readDirectory(text: string): string {
  const address = parseAddress(text)
  if (address.kind === 'directory') return address.path
  const reason = 'it is no directory; "tidemark sync" copies into servers and stores'
  throw new UsageError(`Cannot dump into ${formatAddress(address)}: ${reason}`)
}
