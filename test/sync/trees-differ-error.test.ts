import assert from 'node:assert/strict'
import { TreesDifferError } from '../../lib/sync/index.js'

describe('TreesDifferError', () => {
  const trees = { collection: 'a', rounds: 3, ranges: 2, sourceCount: 10, targetCount: 9 }
  const rows = [
    [5, 5, /: the source lists 5 revisions that it gives no documents for; /],
    [5, 0, /: the target has other revisions than were written to it; /],
    [0, 0, /: the tree of the source does not fit the revisions that it lists; /],
  ] as const
  for (const [listed, missing, reason] of rows) {
    it(`says why when ${missing} of ${listed} listed documents are missing`, () => {
      const error = new TreesDifferError({ ...trees, listed, missing })
      assert.equal(error.code, 'ERR_TREES_DIFFER')
      assert.match(
        error.message,
        /^Cannot make collection "a" equal: after 3 rounds .* in 2 ranges/,
      )
      assert.match(error.message, reason)
      assert.doesNotMatch(error.message, /\.$/)
    })
  }
})
