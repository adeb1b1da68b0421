import assert from 'node:assert/strict'
import {
  documentLine,
  documentLines,
  finishedOf,
  put,
  remove,
  revisionAt,
  useReplicaPair,
} from './support/replica-pair.js'

describe('incrementalSync() of keys with the revisions of others', function () {
  this.timeout(120_000)
  const pair = useReplicaPair()

  it('goes on for as many rounds as there are documents to uncover', async () => {
    const count = 9
    await put(pair.leader(), 'c', documentLines(count))
    await pair.copyFully()
    // Each key gets the revision of the one before, so that no leaf but the first tells of it.
    await remove(
      pair.leader(),
      'c',
      documentLines(count).map((line) => (JSON.parse(line) as { _key: string })._key),
    )
    const lines = Array.from({ length: count }, (_, index) =>
      documentLine(`k${index}`, index === 0 ? revisionAt(1, 9) : revisionAt(index - 1)),
    )
    await put(pair.leader(), 'c', lines)
    const events = await pair.bringUp()
    assert.equal(finishedOf(events, 'c').outcome, 'repaired')
    await pair.assertEqual()
  })
})
