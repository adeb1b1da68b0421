import assert from 'node:assert/strict'
import { compareIncremental } from '../../bench/incremental.js'
import { EDITS, Sample } from '../../bench/incremental/sample.js'
import { isMet } from '../../bench/support/ratio.js'

describe('bench incremental', () => {
  it('finds right answers, and few bytes and documents, in a small run', async () => {
    // Checks its answers itself before it measures: a wrong one would fail here.
    const ratios = await compareIncremental({
      documents: 20_000,
      rounds: 1,
      interleave: { rounds: 1, warmupRounds: 0, roundMs: 0 },
    })
    const find = (name: string): (typeof ratios)[number] => {
      const found = ratios.find((ratio) => ratio.name.includes(name))
      assert.ok(found !== undefined, name)
      return found
    }
    for (const name of ['documents read', 'revisions listed']) assert.ok(isMet(find(name)), name)
    // The tree weighs more here: with a million documents it is a fiftieth as much of the data.
    assert.ok(find('incremental to full sync, bytes').median > 8)
    assert.ok(find('equal copies').median < 0.15)
    assert.equal(ratios.filter(({ name }) => name.startsWith('tree answer')).length, 6)
  })
})

describe('Sample', () => {
  it('knows how many revisions are on one side only, and what has to move', () => {
    const sample = new Sample(20_000)
    assert.ok(sample.revisionsOfOneSide > EDITS && sample.revisionsOfOneSide < 2 * EDITS)
    assert.ok(sample.documentsToFetch > EDITS / 2 && sample.documentsToFetch < EDITS)
  })
})
