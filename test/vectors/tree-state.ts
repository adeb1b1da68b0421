import assert from 'node:assert/strict'
import { encodeRevision, revision } from 'tidemark'
import type { MerkleTree } from 'tidemark/merkle'
import { digestOf } from './digest.js'

/** A leaf of a vector: index, count, hash. */
export type ToldLeaf = readonly [number, number, string]

/** What a vector tells of a tree as a whole. */
export interface TreeMeta {
  readonly rangeMin: string
  readonly rangeMax: string
  readonly depth: number
  readonly initialRangeMin: string
  readonly count: string
  readonly hash: string
  readonly rangeMinRev: string
  readonly rangeMaxRev: string
  readonly initialRangeMinRev: string
}

/** The tree as a vector would tell it. */
export function metaOf(tree: MerkleTree): TreeMeta {
  const { rangeMin, rangeMax, initialRangeMin, depth, count, hash } = tree
  return {
    rangeMin: rangeMin.toString(),
    rangeMax: rangeMax.toString(),
    depth,
    initialRangeMin: initialRangeMin.toString(),
    count: String(count),
    hash: hash.toString(),
    rangeMinRev: encodeRevision(revision(rangeMin)),
    rangeMaxRev: encodeRevision(revision(rangeMax)),
    initialRangeMinRev: encodeRevision(revision(initialRangeMin)),
  }
}

/** The populated leaves, in order. */
export function populatedLeaves(tree: MerkleTree): readonly ToldLeaf[] {
  const found: ToldLeaf[] = []
  for (let index = 0; index < 8 ** tree.depth; index += 1) {
    const { count, hash } = tree.leaf(index)
    if (count !== 0 || hash !== 0n) found.push([index, count, hash.toString()])
  }
  return found
}

/** The vectors' digest of populated leaves: index in 4 bytes, count and hash in 8, little-endian. */
export function digestLeaves(leaves: readonly ToldLeaf[]): string {
  const bytes = Buffer.alloc(leaves.length * 20)
  for (const [position, [index, count, hash]] of leaves.entries()) {
    bytes.writeUInt32LE(index, position * 20)
    bytes.writeBigUInt64LE(BigInt(count), position * 20 + 4)
    bytes.writeBigUInt64LE(BigInt(hash), position * 20 + 12)
  }
  return digestOf(bytes)
}

/** Asserts that two trees are alike in range, sums and every leaf. */
export function assertSameTree(actual: MerkleTree, expected: MerkleTree): void {
  assert.deepEqual(metaOf(actual), metaOf(expected))
  assert.deepEqual(actual.leaves, expected.leaves)
}
