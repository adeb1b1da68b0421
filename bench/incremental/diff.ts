import assert from 'node:assert/strict'
import { openStoreSource } from '../../lib/store/index.js'
import { runDiff } from '../../lib/sync/index.js'
import { summarize, type Ratio } from '../support/ratio.js'
import { COLLECTION, EDITS, type Sample } from './sample.js'

/** Share of all revisions that may be listed to find the differences of the sample. */
const LISTED_SHARE_MAX = 0.05

/** Counts what a comparison of two edited copies reads of them. */
export async function countDiffReading(
  sample: Sample,
  pathA: string,
  pathB: string,
): Promise<readonly Ratio[]> {
  const a = await openStoreSource(pathA, '_system')
  const b = await openStoreSource(pathB, '_system')
  try {
    const keys = new Set<string>()
    const { differences, totals } = await runDiff(a, b, {
      collections: [COLLECTION],
      onDifference: ({ key }) => {
        keys.add(key ?? '')
      },
    })
    assert.deepEqual([differences, keys.size], [EDITS, EDITS])
    const { documentsRead, revisionsListed } = totals.read
    return [
      summarize({ name: 'diff: documents read to revisions of one side', atMost: 1 }, [
        documentsRead / sample.revisionsOfOneSide,
      ]),
      summarize({ name: 'diff: revisions listed to all of both sides', atMost: LISTED_SHARE_MAX }, [
        revisionsListed / (2 * sample.documents),
      ]),
    ]
  } finally {
    await a.close()
    await b.close()
  }
}
