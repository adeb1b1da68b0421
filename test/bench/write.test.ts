import assert from 'node:assert/strict'
import { compareWrites } from '../../bench/write.js'

describe('bench write', () => {
  it('finds right answers in a small run', async () => {
    // Looks at what was written itself: a document that is wrong would fail here.
    const ratios = await compareWrites({
      documents: 1500,
      singleDocuments: 50,
      connections: 4,
      rounds: 1,
      warmupRounds: 0,
    })
    const barred = ratios.filter(({ bar }) => bar !== undefined)
    assert.deepEqual(
      barred.map(({ bar }) => bar),
      [0.5],
    )
    for (const { name, median } of ratios) assert.ok(median > 0, name)
  }).timeout(60_000)
})
