import { joinLanes, type Lanes } from '../values/index.js'
import { leafIndex, type LeafGrid } from './kernel/reference-leaves.js'
import { hashRevision } from './revision-hash.js'
import { LANES_PER_LEAF } from './tree-leaves.js'

/** What became of removals. */
export interface Removal {
  /** XOR of the hashes of those that were taken out. */
  readonly hash: bigint
  /** How many were taken out before one failed; all of them when none did. */
  readonly taken: number
}

/**
 * Takes revisions out of their leaves, in their order, until one finds its leaf empty.
 *
 * @param revisions - in lanes; all of them must be in the range
 */
export function takeRevisions(
  revisions: Uint32Array,
  leaves: Uint32Array,
  { rangeMin, shift }: LeafGrid,
): Removal {
  const word: Lanes = { high: 0, low: 0 }
  const sum: Lanes = { high: 0, low: 0 }
  let lane = 0
  for (; lane < revisions.length; lane += 2) {
    word.low = revisions[lane] as number
    word.high = revisions[lane + 1] as number
    const index = leafIndex(word, rangeMin, shift)
    hashRevision(word, word)
    if (!takeFromLeaf(leaves, index * LANES_PER_LEAF, word)) break
    sum.low = (sum.low ^ word.low) >>> 0
    sum.high = (sum.high ^ word.high) >>> 0
  }
  return { hash: joinLanes(sum), taken: lane / 2 }
}

/** Count minus one; false when there is none to take. */
function takeFromLeaf(leaves: Uint32Array, lane: number, hash: Lanes): boolean {
  const low = leaves[lane] as number
  const high = leaves[lane + 1] as number
  if (low === 0 && high === 0) return false
  // Typed arrays keep the lower 32 bits: 0 - 1 borrows from the other half.
  leaves[lane] = low - 1
  if (low === 0) leaves[lane + 1] = high - 1
  leaves[lane + 2] = (leaves[lane + 2] as number) ^ hash.low
  leaves[lane + 3] = (leaves[lane + 3] as number) ^ hash.high
  return true
}
