import assert from 'node:assert/strict'
import fc from 'fast-check'
import { TaskFailure } from '../../../lib/merkle/build/build-task.js'
import { emptyState, TreeSlot } from '../../../lib/merkle/build/tree-slot.js'
import {
  createTreeShape,
  getKernel,
  growToHold,
  MerkleTree,
  reshapeLeaves,
} from '../../../lib/merkle/index.js'
import { assertSameTree, treeOf } from './support/trees.js'

const DEPTH = 2
const RANGE_MIN = 2n ** 60n
const workspace = getKernel().createWorkspace(DEPTH)

function newSlot(rangeMin = RANGE_MIN): TreeSlot {
  workspace.leaves.fill(0)
  workspace.progress.fill(0n)
  return new TreeSlot(workspace, emptyState(createTreeShape({ depth: DEPTH, rangeMin })))
}

function insert(slot: TreeSlot, revisions: readonly bigint[]): void {
  slot.workspace.revisions.set(revisions)
  slot.insert(revisions.length)
}

describe('TreeSlot', () => {
  it('has the tree of one bulk insert, brought there in any blocks', () => {
    const nearby = fc.bigInt({ min: RANGE_MIN - 2n ** 20n, max: RANGE_MIN + 2n ** 20n })
    const anywhere = fc.bigInt({ min: 2n ** 59n, max: 2n ** 62n })
    const blocks = fc.array(fc.array(fc.oneof(nearby, anywhere), { maxLength: 5 }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(blocks, (parts) => {
        const slot = newSlot()
        for (const part of parts) insert(slot, part)
        const all = parts.flat()
        const { base, shape, lowest, highest, count, hash } = slot.state
        const expected = treeOf(all, RANGE_MIN, DEPTH)
        // On its way a slot may have a narrower range; in the end it is brought to that of all.
        const whole = all.length === 0 ? base : growToHold(base, lowest, highest)
        const leaves = workspace.leaves.slice()
        reshapeLeaves(leaves, shape, whole)
        assertSameTree(MerkleTree.fromLeaves(whole, leaves, { count, hash }), expected)
        assert.equal(slot.counters.read().revisions, all.length)
      }),
    )
  })

  it('goes on where another task has left off', () => {
    const first = newSlot()
    insert(first, [RANGE_MIN, RANGE_MIN + 5n])
    const second = new TreeSlot(workspace, first.state)
    insert(second, [RANGE_MIN + 2n ** 30n, RANGE_MIN - 1n])
    const { shape, count, hash } = second.state
    const all = [RANGE_MIN, RANGE_MIN + 5n, RANGE_MIN + 2n ** 30n, RANGE_MIN - 1n]
    const tree = MerkleTree.fromLeaves(shape, workspace.leaves.slice(), { count, hash })
    assertSameTree(tree, treeOf(all, RANGE_MIN, DEPTH))
  })

  it('leaves everything as it is when there is nothing to add', () => {
    const slot = newSlot()
    const before = slot.state
    insert(slot, [])
    assert.equal(slot.state, before)
  })

  it('tells which revisions its tree cannot hold together', () => {
    const slot = newSlot()
    insert(slot, [RANGE_MIN + 7n])
    assert.throws(
      () => {
        insert(slot, [1n])
      },
      (error) => {
        assert.ok(error instanceof TaskFailure)
        assert.deepEqual(error.answer, { kind: 'unfit', lowest: 1n, highest: RANGE_MIN + 7n })
        return true
      },
    )
  })
})
