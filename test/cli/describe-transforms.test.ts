import assert from 'node:assert/strict'
import { describeTransforms } from '../../lib/cli/describe-transforms.js'

describe('describeTransforms()', () => {
  const none = {
    documents: 0,
    unchanged: 0,
    changed: 0,
    dropped: 0,
    added: 0,
    routed: 0,
    failed: 0,
    harmed: 0,
  }

  it('tells what there is to tell', () => {
    assert.equal(describeTransforms({ ...none, unchanged: 5 }), 'transformed: 0 documents')
    const counts = {
      ...none,
      documents: 1000,
      changed: 5,
      dropped: 4,
      added: 3,
      routed: 2,
      failed: 1,
    }
    assert.equal(
      describeTransforms(counts),
      'transformed: 1,000 documents, 5 changed, 4 dropped, 3 added, 2 sent to other collections, ' +
        '1 failed',
    )
  })
})
