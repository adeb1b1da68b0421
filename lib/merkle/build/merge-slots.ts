import { getKernel } from '../kernel/get-kernel.js'
import { MerkleTree } from '../merkle-tree.js'
import { createLeaves, reshapeLeaves } from '../tree-leaves.js'
import { growToHold, type TreeShape } from '../tree-shape.js'
import type { SlotState } from './build-task.js'
import type { JobSlot } from './job-slot.js'

/**
 * Makes one tree of its parts, and spoils them. The shape depends on the revisions alone, not on how
 * they were shared out: it is the base, grown to hold the lowest and the highest of all.
 *
 * @throws TreeError when the tree cannot grow so far
 */
export function mergeSlots(base: TreeShape, slots: readonly JobSlot[]): MerkleTree {
  const parts = slots.flatMap(({ state, workspace: { leaves } }) =>
    state === undefined || state.count === 0 ? [] : [{ state, leaves }],
  )
  const shape = findShape(
    base,
    parts.map(({ state }) => state),
  )
  let merged: Uint32Array | undefined
  let count = 0
  let hash = 0n
  for (const { state, leaves } of parts) {
    reshapeLeaves(leaves, state.shape, shape)
    // A copy costs a seventh of new leaves that are then written.
    if (merged === undefined) merged = leaves.slice()
    else getKernel().mergeLeaves(merged, leaves)
    count += state.count
    hash ^= state.hash
  }
  return MerkleTree.fromLeaves(shape, merged ?? createLeaves(base.depth), { count, hash })
}

function findShape(base: TreeShape, states: readonly SlotState[]): TreeShape {
  const [first, ...others] = states
  if (first === undefined) return base
  let { lowest, highest } = first
  for (const state of others) {
    if (state.lowest < lowest) lowest = state.lowest
    if (state.highest > highest) highest = state.highest
  }
  return growToHold(base, lowest, highest)
}
