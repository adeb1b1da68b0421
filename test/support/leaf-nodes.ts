import fc from 'fast-check'
import { createLeaves } from '../../lib/merkle/index.js'

/** Count and hash of one leaf of 64. */
export interface LeafNode {
  readonly index: number
  readonly count: bigint
  readonly hash: bigint
}

/** A leaf with any count and hash. */
export const nodeArbitrary: fc.Arbitrary<LeafNode> = fc.record({
  index: fc.nat(63),
  count: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  hash: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
})

/** Leaves of depth 2 with some of them set, through 64-bit views of the same memory. */
export function leavesOf(nodes: readonly LeafNode[]): Uint32Array {
  const leaves = createLeaves(2)
  const words = new BigUint64Array(leaves.buffer)
  for (const { index, count, hash } of nodes) {
    words[2 * index] = count
    words[2 * index + 1] = hash
  }
  return leaves
}
