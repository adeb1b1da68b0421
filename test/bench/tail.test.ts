import assert from 'node:assert/strict'
import { compareTail } from '../../bench/tail.js'

describe('bench tail', () => {
  it('finds right answers in a small run', async () => {
    // Checks its answers itself before it measures: a wrong one would fail here.
    const ratios = await compareTail({
      documents: 3000,
      writes: 5,
      applyRounds: 1,
      interleave: { rounds: 1, warmupRounds: 0, roundMs: 0 },
    })
    assert.deepEqual(
      ratios.flatMap(({ bar }) => (bar === undefined ? [] : [bar])),
      [0.4, 0.5, 1.5],
    )
    for (const { name, median } of ratios) assert.ok(median > 0, name)
    const [own, whole] = ratios.filter(({ name }) => name.startsWith('write to the commit'))
    assert.ok(own !== undefined && whole !== undefined && whole.min > own.min)
  })
})
