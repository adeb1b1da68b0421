import assert from 'node:assert/strict'
import { compareCopies } from '../../bench/parallel.js'

describe('bench parallel', () => {
  it('finds equal copies in a small run', async () => {
    // Compares trees itself in its first round: a copy that lacks a document would fail here.
    const bench = { documents: 2500, collections: 1, rounds: 1, warmupRounds: 1 }
    const ratios = await compareCopies(bench)
    assert.deepEqual(
      ratios.map(({ bar, rounds }) => [bar, rounds]),
      [
        [1.2, 1],
        [undefined, 1],
        [undefined, 1],
      ],
    )
    assert.ok(ratios.every(({ median }) => median > 0))
  })
})
