import { MerkleTree, TreeError, type RevisionBounds } from '../merkle/index.js'
import { REVISION_LOWER_BOUND } from '../values/index.js'
import { scanPosition, scanRevisions, toRevisions, type ScanSource } from './document-scan.js'
import type { Tables } from './layout.js'
import { nextTurn } from './next-turn.js'

/** Revisions after which others have their turn: a few milliseconds. */
const SLICE_REVISIONS = 8192

/** How {@link buildTree} builds. */
export interface BuildTreeOptions {
  /**
   * Where the tree's range begins; revisions that no range from there holds make it 0. Undefined
   * stands for the lowest revision, and where there is none for `REVISION_LOWER_BOUND`.
   */
  readonly start: bigint | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after each slice with the revisions in the tree. */
  readonly onSlice?: ((revisions: number) => void) | undefined
}

/** A tree, and the lowest and the highest revision in it; undefined when it is empty. */
export interface BuiltTree {
  readonly tree: MerkleTree
  readonly bounds: RevisionBounds | undefined
}

/**
 * Builds the tree of a space from its documents' revisions, in slices.
 *
 * @throws TreeError when a store of the first format has a revision of 2^63 or more
 */
export async function buildTree(
  source: ScanSource,
  { start, signal, onSlice }: BuildTreeOptions,
): Promise<BuiltTree> {
  const slices = buildInSlices(source, start)
  for (;;) {
    signal?.throwIfAborted()
    const { done, value } = slices.next()
    if (done === true) return value
    onSlice?.(value)
    await nextTurn()
  }
}

/** As {@link buildTree}, inside a write transaction, and without a pause. */
export function buildTreeAtOnce({ documents }: Tables, space: number, start: bigint): BuiltTree {
  const slices = buildInSlices({ documents, space, transaction: () => undefined }, start)
  for (;;) {
    const { done, value } = slices.next()
    if (done === true) return value
  }
}

/** Yields the revisions in the tree after each slice. */
function* buildInSlices(
  source: ScanSource,
  start: bigint | undefined,
): Generator<number, BuiltTree> {
  try {
    return yield* buildFrom(source, start)
  } catch (error) {
    if (!(error instanceof TreeError) || start === 0n) throw error
    return yield* buildFrom(source, 0n)
  }
}

function* buildFrom(source: ScanSource, start: bigint | undefined): Generator<number, BuiltTree> {
  const position = scanPosition(source.space, undefined, undefined)
  let tree = start === undefined ? undefined : new MerkleTree({ rangeMin: start })
  let bounds: RevisionBounds | undefined
  for (;;) {
    const revisions = toRevisions(scanRevisions(source, position, SLICE_REVISIONS))
    tree ??= new MerkleTree({ rangeMin: revisions[0] ?? REVISION_LOWER_BOUND })
    tree.insertMany(revisions)
    // The scan ascends.
    const [lowest, highest] = [bounds?.lowest ?? revisions[0], revisions.at(-1)]
    if (lowest !== undefined && highest !== undefined) bounds = { lowest, highest }
    if (revisions.length < SLICE_REVISIONS) return { tree, bounds }
    yield tree.count
  }
}
