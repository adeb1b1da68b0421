import {
  runDiff,
  type CollectionSelection,
  type DiffEvent,
  type Difference,
  type DiffMethod,
  type DiffOptions,
} from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { formatDifference, formatDiffTable, summariseDiff } from '../diff-report.js'
import { EXIT_CODE } from '../exit-code.js'
import { withSource } from '../open-replica.js'
import { createDiffView } from '../progress/diff-view.js'
import { writeText } from '../write-text.js'

/** Flags of `tidemark diff`. */
export interface DiffFlags extends CollectionSelection {
  /** Default: `revision`. */
  readonly by?: DiffMethod | undefined
  readonly ignore?: readonly string[] | undefined
  readonly limit?: number | undefined
  readonly workers?: number | undefined
  readonly json?: boolean | undefined
}

/** `tidemark diff A B`: tells in what two replicas differ. */
export async function diffCommand(
  context: CommandContext,
  addressA: string,
  addressB: string,
  { json = false, ...flags }: DiffFlags,
): Promise<number> {
  const { signal, stdout, stderr } = context
  const onDifference = async (difference: Difference): Promise<void> => {
    await writeText(stdout, json ? toJsonLine(difference) : formatDifference(difference), signal)
  }
  const options: DiffOptions = { ...flags, signal, onDifference }
  const view = createDiffView(context)
  const finished = await withSource(context, addressA, 'source', (a) =>
    withSource(context, addressB, 'target', (b) =>
      runDiff(a, b, options, (event: DiffEvent) => {
        view.show(event)
      }).finally(view.end),
    ),
  )
  if (!json) stdout.write(formatDiffTable(finished))
  // With --json stdout has the differences alone; what was not looked at has to be said all the same.
  if (!json || finished.isLimited) (json ? stderr : stdout).write(summariseDiff(finished))
  return finished.isEqual ? EXIT_CODE.fine : EXIT_CODE.differences
}

/** Exactly these attributes, in this order. */
function toJsonLine(difference: Difference): string {
  const { collection, key, kind } = difference
  const paths = kind === 'different' ? difference.paths : undefined
  return `${JSON.stringify({ collection, key, kind, paths })}\n`
}
