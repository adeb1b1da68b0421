import assert from 'node:assert/strict'
import { CHUNK_BYTES } from '../../lib/core/index.js'
import { ChunkBudget } from '../../lib/store/chunk-budget.js'

describe('ChunkBudget', () => {
  it('lends up to a quarter to each, and to all together what there is', () => {
    const budget = new ChunkBudget(400)
    const first = budget.begin()
    assert.equal(first.allocate(60)?.length, 60)
    assert.equal(first.allocate(41), undefined)
    assert.equal(first.allocate(40)?.length, 40)
    const others = [1, 2, 3, 4].map(() => budget.begin().allocate(100)?.length)
    assert.deepEqual(others, [100, 100, 100, undefined])
    assert.equal(budget.freeBytes, 0)
    first.release()
    first.release()
    assert.equal(budget.freeBytes, 100)
  })

  it('gives a block again only once nobody reads it any more', () => {
    const budget = new ChunkBudget(16 * CHUNK_BYTES)
    const released = budget.begin()
    const first = released.allocate(CHUNK_BYTES)
    released.release()
    const reused = budget.begin()
    const second = reused.allocate(CHUNK_BYTES)
    assert.notEqual(second, first)
    reused.reuse()
    reused.reuse()
    const next = budget.begin()
    assert.equal(next.allocate(CHUNK_BYTES), second)
    assert.notEqual(next.allocate(CHUNK_BYTES), second)
  })

  it('keeps no block of another size', () => {
    const budget = new ChunkBudget(16 * CHUNK_BYTES)
    const held = budget.begin()
    const block = held.allocate(CHUNK_BYTES + 1)
    held.reuse()
    assert.notEqual(budget.begin().allocate(CHUNK_BYTES + 1), block)
    assert.equal(budget.freeBytes, 15 * CHUNK_BYTES - 1)
  })
})
