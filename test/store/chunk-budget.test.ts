import assert from 'node:assert/strict'
import { ChunkBudget } from '../../lib/store/chunk-budget.js'

describe('ChunkBudget', () => {
  it('lends up to a quarter to each, and to all together what there is', () => {
    const budget = new ChunkBudget(400)
    const first = budget.begin()
    assert.equal(first.take(60), true)
    assert.equal(first.take(41), false)
    assert.equal(first.take(40), true)
    const others = [1, 2, 3, 4].map(() => budget.begin().take(100))
    assert.deepEqual(others, [true, true, true, false])
    assert.equal(budget.freeBytes, 0)
    first.release()
    first.release()
    assert.equal(budget.freeBytes, 100)
  })
})
