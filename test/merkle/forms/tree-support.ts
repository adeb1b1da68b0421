import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  formatTree,
  MerkleTree,
  TreeError,
  type DocumentedTree,
  type FormatTreeOptions,
} from '../../../lib/merkle/index.js'

/** The JSON text of a tree as a whole. */
export function textOf(tree: MerkleTree | DocumentedTree, options: FormatTreeOptions): string {
  return [...formatTree(tree, options)].join('')
}

/** Asserts the same leaves and sums in the same range. */
export function assertSameTree(
  actual: MerkleTree,
  expected: MerkleTree | DocumentedTree,
  initialRangeMin: bigint = expected.shape.initialRangeMin,
): void {
  assert.deepEqual(actual.shape, { ...expected.shape, initialRangeMin })
  assert.deepEqual(actual.summary, expected.summary)
  assert.ok(Buffer.from(actual.leaves.buffer).equals(Buffer.from(expected.leaves.buffer)), 'leaves')
}

/** Steps in the making of a random tree. */
interface TreePlan {
  readonly depth: number
  readonly rangeMin: bigint
  /** Distances from `rangeMin`: negative ones let the tree grow to the left. */
  readonly distances: readonly bigint[]
  readonly hasDuplicates: boolean
  readonly isSpoiled: boolean
}

const planArbitrary: fc.Arbitrary<TreePlan> = fc.record({
  depth: fc.constantFrom(2, 2, 3, 4),
  rangeMin: fc.oneof(
    fc.bigInt({ min: 0n, max: 200n }),
    fc.bigInt({ min: 2n ** 40n, max: 2n ** 62n }),
  ),
  distances: fc
    .tuple(fc.integer({ min: 8, max: 44 }), fc.array(fc.integer(), { maxLength: 60 }))
    .map(([bits, values]) => values.map((value) => (BigInt(value) << BigInt(bits)) >> 32n)),
  hasDuplicates: fc.boolean(),
  isSpoiled: fc.boolean(),
})

/**
 * Trees that grew to both sides, some with a revision that is there twice (a count without a hash),
 * some with a leaf that removals spoiled (a hash without a count).
 */
export const treeArbitrary: fc.Arbitrary<MerkleTree> = planArbitrary.map(makeTree)

function makeTree({ depth, rangeMin, distances, hasDuplicates, isSpoiled }: TreePlan): MerkleTree {
  const tree = new MerkleTree({ depth, rangeMin })
  for (const distance of distances) insertIfPossible(tree, rangeMin + distance)
  const last = rangeMin + (distances.at(-1) ?? 0n)
  if (hasDuplicates) {
    const twin = tree.rangeMax - 1n
    tree.insertMany([twin, twin])
  }
  if (isSpoiled && last >= tree.rangeMin) spoil(tree, last)
  return tree
}

/** Takes more out of a leaf than was in it, as a removal of what is not there does. */
function spoil(tree: MerkleTree, revision: bigint): void {
  const width = (tree.rangeMax - tree.rangeMin) / BigInt(tree.leaves.length / 4)
  const start = revision - ((revision - tree.rangeMin) % width)
  const index = Number((revision - tree.rangeMin) / width)
  while (tree.leaf(index).count > 0) tree.remove(start)
}

function insertIfPossible(tree: MerkleTree, revision: bigint): void {
  try {
    tree.insert(BigInt.asUintN(64, revision))
  } catch (error) {
    assert.ok(error instanceof TreeError)
  }
}

/** Trees of which each leaf with a hash has a count. */
export const soundTreeArbitrary: fc.Arbitrary<MerkleTree> = planArbitrary.map((plan) =>
  makeTree({ ...plan, isSpoiled: false }),
)

/** A tree of depth 6 with a revision in each of its leaves. */
export function makeFullTree(): MerkleTree {
  const tree = new MerkleTree({ rangeMin: 2n ** 60n })
  const revisions = BigUint64Array.from(
    { length: tree.leaves.length / 4 },
    (_, index) => 2n ** 60n + 64n * BigInt(index),
  )
  tree.insertMany(revisions)
  return tree
}
