import { TreeError, type BuildProgress, type MerkleTree } from '../../merkle/index.js'
import type { TreeOptions } from '../../replica/index.js'
import type { RevisionRange } from '../../values/index.js'
import { DumpLineError } from '../../wire/index.js'
import type { CollectionDiff } from './collection-diff.js'
import { DiffError } from './diff-error.js'
import type { DiffSide } from './document-matcher.js'

/** The revision trees of one collection. */
export type BothTrees = Readonly<Record<DiffSide, MerkleTree>>

/** Where a collection differs. */
export interface TreeComparison {
  readonly trees: BothTrees
  /** Ascending and disjoint. */
  readonly ranges: readonly RevisionRange[]
}

const SERVER_ADDRESS = /^https?:/

/**
 * Gets the revision trees of both sides, each once, on one grid where that can be had.
 *
 * @returns why there are none, where documents have no revision that a tree can hold
 * @throws DiffError when a dump holds removals
 */
export async function fetchTrees(diff: CollectionDiff): Promise<BothTrees | string> {
  const [first, second] = orderOf(diff)
  const one = await fetchTree(diff, first, undefined)
  if (typeof one === 'string') return one
  const other = await fetchTree(diff, second, one.initialRangeMin)
  if (typeof other === 'string') return other
  return first === 'a' ? { a: one, b: other } : { a: other, b: one }
}

/**
 * The tree that can least be moved to another start comes first: a server would have to list all of
 * its revisions, a store has to look through them, and a directory builds its tree in any case.
 */
function orderOf(diff: CollectionDiff): readonly [DiffSide, DiffSide] {
  const weight = (side: DiffSide): number => {
    const { address, snapshot } = diff.run[side]
    if (snapshot.seek === undefined) return 0
    return SERVER_ADDRESS.test(address) ? 2 : 1
  }
  return weight('b') > weight('a') ? ['b', 'a'] : ['a', 'b']
}

async function fetchTree(
  diff: CollectionDiff,
  side: DiffSide,
  initialRangeMin: bigint | undefined,
): Promise<MerkleTree | string> {
  const { pool, signal } = diff.run
  const { name, definitions } = diff.collection
  const { address } = diff.run[side]
  let progress: BuildProgress = { revisions: 0, bytes: 0, removals: 0 }
  let isTransferred = false
  // What a server dumps for its tree has crossed the wire, and counts there: once is enough.
  const dumpBytes = (): number => (isTransferred ? 0 : progress.bytes)
  const options: TreeOptions = {
    pool,
    signal,
    initialRangeMin,
    onProgress: (newest) => {
      progress = newest
      diff.emitProgress('trees', { dumpBytes: dumpBytes() })
    },
    onTransfer: (transferredBytes) => {
      isTransferred = true
      diff.note({ transferredBytes })
    },
  }
  try {
    const tree = await diff.snapshot(side).tree(definitions[side], options)
    diff.note({ dumpBytes: dumpBytes() })
    if (progress.removals === 0) return tree
  } catch (error) {
    if (!(error instanceof DumpLineError || error instanceof TreeError)) throw error
    return `there is no revision tree of it in ${address} (${error.message})`
  }
  const reason = `${address} holds removals of it; load it into a store first`
  throw new DiffError('ERR_DUMP_HAS_REMOVALS', `Cannot compare collection "${name}": ${reason}`)
}
