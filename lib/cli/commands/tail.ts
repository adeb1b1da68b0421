import type { Source } from '../../replica/index.js'
import type { TransformRunner } from '../../streams/index.js'
import {
  changeEventsOf,
  ChangeTransformer,
  chunkPositions,
  failOnAbort,
  fileCheckpoint,
  filterCollections,
  followTail,
  groupTransactions,
  LoggedDefinitions,
  resumeOnError,
  runInTurn,
  wantsSystem,
  type CollectionSelection,
  type TailOptions,
} from '../../sync/index.js'
import type { Tick } from '../../values/index.js'
import type { CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { withSource } from '../open-replica.js'
import { noticeLine } from '../printable.js'
import { ClosedOutputError, LineWriter, watchOutput } from '../tail/line-writer.js'
import { writeChunk, writeGroup, writeTransformed } from '../tail/tail-lines.js'
import type { TransformFlags } from '../transform-flags.js'
import { UsageError } from '../usage-error.js'
import { withRunner } from '../with-runner.js'

/** What was written in this time before a crash is written again. */
const SAVE_INTERVAL_MS = 1000

/** Flags of `tidemark tail`. */
export interface TailFlags extends CollectionSelection, TransformFlags {
  /** Default: `start`. */
  readonly from?: Tick | 'start' | 'now' | undefined
  readonly follow?: boolean | undefined
  /** The file that keeps how far it came. */
  readonly checkpoint?: string | undefined
  /** What is written anyway. */
  readonly events?: boolean | undefined
  readonly raw?: boolean | undefined
  readonly transactions?: boolean | undefined
  readonly allDatabases?: boolean | undefined
}

/** `tidemark tail SOURCE`: writes changes to stdout, one JSON object a line. */
export async function tailCommand(
  context: CommandContext,
  address: string,
  flags: TailFlags,
): Promise<number> {
  if (flags.raw === true && flags.transform !== undefined) {
    const reason = 'it writes the lines that the leader sent'
    throw new UsageError(`Cannot take --raw with --transform: ${reason}`)
  }
  const { stdout, signal } = context
  const closed = watchOutput(stdout)
  try {
    const inner = { ...context, signal: AbortSignal.any([signal, closed]) }
    await withSource(context, address, 'only', (source) =>
      withRunner(context, flags, (runner) => tail(source, inner, flags, runner)),
    )
  } catch (error) {
    // Who reads no further has had enough, as `head` has.
    const isClosed = closed.aborted || error instanceof ClosedOutputError
    if (!isClosed || signal.aborted) throw error
  }
  return EXIT_CODE.fine
}

async function tail(
  source: Source,
  context: CommandContext,
  flags: TailFlags,
  runner: TransformRunner | undefined,
): Promise<void> {
  assertHasLog(source, flags)
  const { from = 'start', raw = false, transactions = false } = flags
  const checkpoint = flags.checkpoint === undefined ? undefined : fileCheckpoint(flags.checkpoint)
  const saved = await checkpoint?.load()
  const writer = new LineWriter(context.stdout, context.signal)
  const chunk$ = followTail(source, {
    ...tailOptions(context, flags),
    from: saved ?? from,
    keepsLog: checkpoint !== undefined,
  }).pipe(resumeOnError(noticesTo(context)), failOnAbort(context.signal), filterCollections(flags))
  const saving = { checkpoint, everyMs: SAVE_INTERVAL_MS }
  if (raw && !transactions) {
    await runInTurn(chunk$.pipe(chunkPositions()), {
      ...saving,
      work: ({ markers }) => writeChunk(writer, markers),
    })
  } else {
    const transformer = await openTransformer(source, flags, runner, context.signal)
    await runInTurn(chunk$.pipe(groupTransactions({ after: saved })), {
      ...saving,
      work: (group) =>
        transformer === undefined
          ? writeGroup(writer, group, { isRaw: raw, isWhole: transactions })
          : writeTransformed(
              writer,
              group,
              transactions,
              transformer.transform(changeEventsOf(group)),
            ),
    })
  }
}

async function openTransformer(
  source: Source,
  { allDatabases = false }: TailFlags,
  runner: TransformRunner | undefined,
  signal: AbortSignal,
): Promise<ChangeTransformer | undefined> {
  if (runner === undefined) return undefined
  const definitions = await LoggedDefinitions.read(source, allDatabases, { signal })
  return new ChangeTransformer(runner, definitions)
}

/** Both would be misuse of the library, and here are a command line that does not fit. */
function assertHasLog(source: Source, { allDatabases = false }: TailFlags): void {
  const action = `Cannot follow ${source.address}`
  if (source.openLog === undefined) {
    throw new UsageError(`${action}: it has no log of changes; a server or a store has one`)
  }
  if (allDatabases && source.database !== '_system') {
    throw new UsageError(`${action}: --all-databases needs the database _system as the source`)
  }
}

function tailOptions(
  context: CommandContext,
  { follow = false, allDatabases, ...selection }: TailFlags,
): Omit<TailOptions, 'from'> {
  const includeSystem = wantsSystem(selection)
  return { follow, includeSystem, isGlobal: allDatabases, ...noticesTo(context) }
}

function noticesTo({ stderr }: CommandContext): Pick<TailOptions, 'onNotice'> {
  return {
    onNotice: ({ kind, message }) => {
      stderr.write(noticeLine({ kind, message }))
    },
  }
}
