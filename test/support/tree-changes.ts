import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { MerkleTree, TreeNode } from '../../lib/merkle/index.js'
import {
  codeThrown,
  revisionArbitrary,
  sumOf,
  type NaiveShape,
  type NaiveTree,
} from './naive-tree.js'

/** A small tree in which each leaf is one revision wide. */
export const SHAPE: NaiveShape = { depth: 2, rangeMin: 100n, rangeMax: 164n, initialRangeMin: 100n }

/** One change; places stand for revisions that are in the tree at that time. */
export type Change =
  | { readonly kind: 'insert'; readonly value: bigint }
  | { readonly kind: 'insert-many'; readonly values: readonly bigint[]; readonly typed: boolean }
  | { readonly kind: 'remove'; readonly places: readonly number[] }
  | { readonly kind: 'remove-many'; readonly places: readonly number[] }
  | { readonly kind: 'clear' }

const places = fc.array(fc.nat(1_000), { maxLength: 8 })
/** Any change. */
export const changeArbitrary: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('insert'), value: revisionArbitrary }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('insert-many'),
      values: fc.array(revisionArbitrary, { maxLength: 20 }),
      typed: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove'), places }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove-many'), places }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear') }) },
)

/** Makes a change to both trees; they have to agree on whether it can be made. */
export function change(tree: MerkleTree, naive: NaiveTree, step: Change): void {
  switch (step.kind) {
    case 'insert':
      assert.equal(
        codeThrown(() => {
          tree.insert(step.value)
        }),
        codeThrown(() => {
          naive.insertMany([step.value])
        }),
      )
      break
    case 'insert-many':
      assert.equal(
        codeThrown(() => {
          tree.insertMany(step.typed ? BigUint64Array.from(step.values) : step.values)
        }),
        codeThrown(() => {
          naive.insertMany(step.values)
        }),
      )
      break
    case 'remove':
    case 'remove-many': {
      const chosen = [...new Set(step.places.map((place) => place % naive.values.length))]
      const values = naive.values.length === 0 ? [] : chosen.map((at) => naive.values[at] as bigint)
      naive.removeMany(values)
      if (step.kind === 'remove-many') tree.removeMany(values)
      else for (const value of values) tree.remove(value)
      break
    }
    case 'clear':
      naive.values = []
      tree.clear()
  }
}

/** Shape, sum and every leaf are the same. */
export function assertEqualTrees(tree: MerkleTree, naive: NaiveTree): void {
  const { depth, rangeMin, rangeMax, initialRangeMin } = naive
  assert.deepEqual(tree.shape, { depth, rangeMin, rangeMax, initialRangeMin })
  assert.deepEqual(tree.summary, sumOf(naive.values))
  assert.deepEqual(populatedLeaves(tree), naive.leaves())
}

/** The populated leaves by their index. */
export function populatedLeaves(tree: MerkleTree): Map<number, TreeNode> {
  const leaves = new Map<number, TreeNode>()
  for (let index = 0; index < 8 ** tree.depth; index += 1) {
    const node = tree.leaf(index)
    if (node.count !== 0 || node.hash !== 0n) leaves.set(index, node)
  }
  return leaves
}
