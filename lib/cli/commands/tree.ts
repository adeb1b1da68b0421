import { encodeTree, formatTree, type MerkleTree } from '../../merkle/index.js'
import type { Source } from '../../replica/index.js'
import { runToEnd, treeSource, type CollectionTree } from '../../sync/index.js'
import { encodeRevision, revision } from '../../values/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { formatCount, plural } from '../human.js'
import { withSource } from '../open-replica.js'
import { withOutputFile } from '../output-file.js'
import { createProgressView } from '../progress/progress-view.js'
import { formatTable } from '../table.js'
import { UsageError } from '../usage-error.js'

/** The forms in which `tidemark tree --out` writes. */
export const OUTPUT_FORMS = ['documented', 'current', 'onlyPopulated', 'binary'] as const

/** Flags of `tidemark tree`. */
export interface TreeFlags {
  readonly includeSystem?: boolean | undefined
  readonly json?: boolean | undefined
  readonly workers?: number | undefined
  /** The file that gets the tree of the one collection that is named. */
  readonly out?: string | undefined
  /** Default: `current`. */
  readonly form?: (typeof OUTPUT_FORMS)[number] | undefined
}

/** What is told of a tree, its 4 MB of leaves left out. */
interface TreeSummary {
  readonly database: string | null
  readonly collection: string
  readonly count: number
  readonly hash: bigint
  /** Ranges as text of 11 characters. */
  readonly rangeMin: string
  readonly rangeMax: string
  readonly initialRangeMin: string
  readonly depth: number
  readonly populated: number
}

const COLUMNS = [
  { title: 'collection' },
  { title: 'documents', align: 'right' },
  { title: 'depth', align: 'right' },
  { title: 'populated', align: 'right' },
  { title: 'range' },
  { title: 'hash', align: 'right' },
] as const

/** `tidemark tree REPLICA [COLLECTION…]`: the revision tree of each collection. */
export async function treeCommand(
  context: CommandContext,
  address: string,
  names: readonly string[],
  flags: TreeFlags,
): Promise<number> {
  const { out, form } = flags
  checkOutput(names, flags)
  const build = async (): Promise<BuiltTrees> =>
    withSource(context, address, 'only', (source) => buildTrees(context, source, names, flags))
  const { summaries } =
    out === undefined
      ? await build()
      : await withOutputFile(out, context.signal, async (write) => {
          const built = await build()
          if (built.last !== undefined) await write(piecesOf(built.last, form ?? 'current'))
          return built
        })
  if (flags.json !== true) context.stdout.write(formatTable(COLUMNS, summaries.map(toRow)))
  // Not before the file is there: who reads the line may end this process by going away.
  else if (out !== undefined)
    for (const summary of summaries) writeJsonLine(context.stdout, summary)
  return EXIT_CODE.fine
}

/** What is kept of many trees: all but the last would need too much memory. */
interface BuiltTrees {
  readonly summaries: readonly TreeSummary[]
  readonly last: MerkleTree | undefined
}

/** @throws UsageError when the flags do not tell one collection for one file */
function checkOutput(names: readonly string[], { out, form }: TreeFlags): void {
  if (out === undefined && form !== undefined) {
    throw new UsageError('Cannot choose a form with --form: there is no --out FILE to write')
  }
  if (out !== undefined && new Set(names).size !== 1) {
    throw new UsageError(
      `Cannot write "${out}": name the one collection whose tree --out is to write`,
    )
  }
}

async function buildTrees(
  context: CommandContext,
  source: Source,
  names: readonly string[],
  { includeSystem, workers, json, out }: TreeFlags,
): Promise<BuiltTrees> {
  const { signal, stderr } = context
  const collections = names.length === 0 ? undefined : names
  const view = createProgressView(context, json)
  const summaries: TreeSummary[] = []
  const warnings: string[] = []
  let last: MerkleTree | undefined
  const options = { collections, includeSystem, workers, signal }
  await runToEnd(treeSource(source, options), (event) => {
    if (event.kind !== 'tree') {
      view.show(event)
      return
    }
    last = event.tree
    const summary = summarise(source, event)
    summaries.push(summary)
    if (event.removals > 0) warnings.push(removalWarning(event))
    if (json === true && out === undefined) writeJsonLine(context.stdout, summary)
  }).finally(view.end)
  for (const warning of warnings) stderr.write(warning)
  return { summaries, last }
}

function summarise(source: Source, { collection, tree }: CollectionTree): TreeSummary {
  return {
    database: source.database ?? null,
    collection,
    count: tree.count,
    hash: tree.hash,
    rangeMin: formatBound(tree.rangeMin),
    rangeMax: formatBound(tree.rangeMax),
    initialRangeMin: formatBound(tree.initialRangeMin),
    depth: tree.depth,
    populated: tree.populatedCount,
  }
}

function formatBound(bound: bigint): string {
  return encodeRevision(revision(bound), { pad: true })
}

function toRow({
  collection,
  count,
  depth,
  populated,
  rangeMin,
  rangeMax,
  hash,
}: TreeSummary): string[] {
  const range = `${rangeMin}..${rangeMax}`
  return [
    collection,
    formatCount(count),
    String(depth),
    formatCount(populated),
    range,
    hash.toString(),
  ]
}

function piecesOf(
  tree: MerkleTree,
  form: (typeof OUTPUT_FORMS)[number],
): Iterable<string | Uint8Array> {
  return form === 'binary' ? [encodeTree(tree, 'auto')] : formatTree(tree, { form })
}

function removalWarning({ collection, removals }: CollectionTree): string {
  const what = `"${collection}" holds ${plural(removals, 'removal')}, which a tree passes over`
  return `warning: ${what}; copy it into a store first for the tree of its end state\n`
}
