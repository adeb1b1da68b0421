import assert from 'node:assert/strict'
import { describeOutcome, repairParts } from '../../lib/cli/progress/describe-outcome.js'
import { createBarsView } from '../../lib/cli/progress/bars-view.js'
import { summarise } from '../../lib/cli/summary.js'
import { PassThrough } from 'node:stream'
import {
  NO_REPAIR,
  NO_TOTALS,
  type CollectionFinished,
  type CollectionOutcome,
  type SyncFinished,
} from '../../lib/sync/index.js'

const repair = {
  ...NO_REPAIR,
  ranges: 2,
  revisionsCompared: 1234,
  fetched: 5,
  removed: 6,
  savedBytes: 7_000_000,
}
const totals = { ...NO_TOTALS, documents: 5, removals: 6, bytes: 1000 }

function finished(outcome: CollectionOutcome): CollectionFinished {
  return { kind: 'collection-finished', collection: 'a', index: 0, totals, outcome, repair }
}

describe('describeOutcome()', () => {
  const rows: readonly [CollectionOutcome, string][] = [
    ['copied', '5 documents, 1.0 kB, 1.0 kB/s'],
    ['equal', 'equal, 7.0 MB saved'],
    ['repaired', '1,234 revisions compared, 5 fetched, 6 removed, 7.0 MB saved'],
    ['truncated', 'emptied, 6 documents removed'],
  ]
  for (const [outcome, text] of rows) {
    it(`says of one that is ${outcome} what was done`, () => {
      assert.equal(describeOutcome(finished(outcome), 1), text)
    })
  }
})

describe('createBarsView() of an incremental run', () => {
  it('shows what was compared and moved', () => {
    const out = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 30 })
    const view = createBarsView(out)
    const size = { documents: 10, bytes: undefined }
    view.show({ kind: 'collection-started', collection: 'a', index: 0, size })
    view.show({ kind: 'compared', collection: 'a', ranges: 2, sourceCount: 10, targetCount: 11 })
    view.show({ kind: 'repair-progress', collection: 'a', totals: repair })
    view.show(finished('repaired'))
    view.end()
    const text = String(out.read())
    assert.ok(text.includes(repairParts(repair).join(', ')), text)
    assert.match(text, /1\/0 a: 1,234 revisions compared, 5 fetched/)
  })
})

describe('summarise() of an incremental run', () => {
  it('adds up what became of the collections', () => {
    const outcomes = ['equal', 'equal', 'repaired', 'truncated', 'copied'] as const
    const event: SyncFinished = {
      kind: 'finished',
      tick: undefined,
      collections: outcomes.map((outcome) => ({ name: outcome, outcome, totals })),
      views: 0,
      totals: { ...totals, replacedRevisions: 3 },
      repair,
    }
    assert.deepEqual(summarise(event, 'store:s', 2).split('\n'), [
      'store:s is equal: 5 collections (2 equal before, 1 repaired, 1 emptied, 1 copied), ' +
        '5 documents copied, 2 ranges, 1,234 revisions compared, 5 documents fetched, ' +
        '6 revisions removed, 0 B transferred, 7.0 MB saved, 2.0 s',
      '3 documents had no revision to keep and got a new one',
      '',
    ])
  })
})
