import assert from 'node:assert/strict'
import { formatNewDocument } from '../../lib/store/new-document.js'
import { parseRevision, revision } from '../../lib/values/index.js'

describe('formatNewDocument()', () => {
  function revisionTextOf(value: bigint): string {
    const document = { key: 'k', revision: revision(value) }
    const text = formatNewDocument(
      { system: new Map<string, never>(), restText: '' },
      'c',
      document,
    )
    return (JSON.parse(text.toString()) as { _rev: string })._rev
  }

  it('writes a revision so that it reads as the same one, also those of old servers', () => {
    // In base 64 some of these begin with a digit, and would be taken for decimal.
    for (const value of [1n, 53n, 5951n, 3392n, 217_000n, 1450656000000n, 2n ** 60n + 12_345n]) {
      assert.equal(parseRevision(revisionTextOf(value)), value)
    }
  })

  it('writes those of old servers as these do', () => {
    assert.equal(revisionTextOf(5951n), '5951')
  })
})
