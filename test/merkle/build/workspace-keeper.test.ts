import assert from 'node:assert/strict'
import { WorkspaceKeeper } from '../../../lib/merkle/build/workspace-keeper.js'

describe('WorkspaceKeeper', () => {
  it('gives a workspace again, as new', () => {
    const keeper = new WorkspaceKeeper(1)
    const workspace = keeper.take(2)
    workspace.leaves.fill(7)
    workspace.progress.fill(7n)
    keeper.giveBack(workspace)
    assert.equal(keeper.take(2), workspace)
    assert.ok(workspace.leaves.every((lane) => lane === 0))
    assert.ok(workspace.progress.every((counter) => counter === 0n))
  })

  it('never gives one to two at a time', () => {
    const keeper = new WorkspaceKeeper(2)
    const [a, b] = [keeper.take(2), keeper.take(2)]
    assert.notEqual(a, b)
    keeper.giveBack(a)
    keeper.giveBack(b)
    assert.equal(new Set([keeper.take(2), keeper.take(2), a, b]).size, 2)
    assert.ok(![a, b].includes(keeper.take(2)))
  })

  it('keeps no more than it may', () => {
    const keeper = new WorkspaceKeeper(1)
    const [a, b] = [keeper.take(2), keeper.take(2)]
    keeper.giveBack(a)
    keeper.giveBack(b)
    assert.equal(keeper.take(2), a)
    assert.notEqual(keeper.take(2), b)
  })

  it('keeps those of the depth that is asked for, and lets the others go', () => {
    const keeper = new WorkspaceKeeper(2)
    const shallow = keeper.take(2)
    keeper.giveBack(shallow)
    const deep = keeper.take(3)
    assert.equal(deep.leaves.length, 8 ** 3 * 4)
    assert.notEqual(keeper.take(2), shallow)
    keeper.giveBack(deep)
    keeper.clear()
    assert.notEqual(keeper.take(3), deep)
  })
})
