import type { Source } from '../../replica/index.js'
import {
  createPatchWriter,
  runDiff,
  type CollectionSelection,
  type DiffEvent,
  type Difference,
  type DiffFinished,
  type DiffMethod,
  type DiffOptions,
  type PatchTotals,
} from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { formatDifference, formatDiffTable, summariseDiff } from '../diff-report.js'
import { EXIT_CODE } from '../exit-code.js'
import { withSource } from '../open-replica.js'
import { createDiffView } from '../progress/diff-view.js'
import { summarisePatch } from '../summary.js'
import { UsageError } from '../usage-error.js'
import { writeText } from '../write-text.js'

/** Flags of `tidemark diff`. */
export interface DiffFlags extends CollectionSelection {
  /** Default: `revision`. */
  readonly by?: DiffMethod | undefined
  readonly ignore?: readonly string[] | undefined
  readonly limit?: number | undefined
  readonly workers?: number | undefined
  readonly json?: boolean | undefined
  /** The file that gets what makes B equal A. */
  readonly writePatch?: string | undefined
}

/** What a comparison has found, and what of it went into a patch. */
interface Compared {
  readonly finished: DiffFinished
  readonly patch: PatchTotals | undefined
}

/** `tidemark diff A B`: tells in what two replicas differ. */
export async function diffCommand(
  context: CommandContext,
  addressA: string,
  addressB: string,
  flags: DiffFlags,
): Promise<number> {
  const { limit, writePatch } = flags
  if (writePatch !== undefined && limit !== undefined) {
    throw new UsageError(`Cannot write "${writePatch}": with --limit the patch would not be whole`)
  }
  const compared = await withSource(context, addressA, 'source', (a) =>
    withSource(context, addressB, 'target', (b) => compare(context, a, b, flags)),
  )
  report(context, compared, flags)
  return compared.finished.isEqual ? EXIT_CODE.fine : EXIT_CODE.differences
}

/** With --json stdout has the differences alone; what else a person has to know goes to stderr. */
function report(
  { stdout, stderr }: CommandContext,
  { finished, patch }: Compared,
  { json = false, writePatch = '' }: DiffFlags,
): void {
  if (json) {
    if (finished.isLimited) stderr.write(summariseDiff(finished))
    if (patch !== undefined) stderr.write(summarisePatch(patch, writePatch))
    return
  }
  stdout.write(formatDiffTable(finished))
  stdout.write(summariseDiff(finished))
  if (patch !== undefined) stdout.write(summarisePatch(patch, writePatch))
}

async function compare(
  context: CommandContext,
  a: Source,
  b: Source,
  { json = false, writePatch, ...flags }: DiffFlags,
): Promise<Compared> {
  const { signal, stdout } = context
  const patch =
    writePatch === undefined
      ? undefined
      : await createPatchWriter(writePatch, { a: a.address, b: b.address })
  const onDifference = async (difference: Difference): Promise<void> => {
    await patch?.write(difference)
    await writeText(stdout, json ? toJsonLine(difference) : formatDifference(difference), signal)
  }
  const options: DiffOptions = { ...flags, signal, onDifference }
  const view = createDiffView(context)
  try {
    const show = (event: DiffEvent): void => {
      view.show(event)
    }
    const finished = await runDiff(a, b, options, show).finally(view.end)
    return { finished, patch: await patch?.finish(signal) }
  } catch (error) {
    await patch?.abandon()
    throw error
  }
}

/** Exactly these attributes, in this order. */
function toJsonLine(difference: Difference): string {
  const { collection, key, kind } = difference
  const paths = kind === 'different' ? difference.paths : undefined
  return `${JSON.stringify({ collection, key, kind, paths })}\n`
}
