import assert from 'node:assert/strict'
import fc from 'fast-check'
import { tick } from '../../lib/values/index.js'
import {
  formatReplicationHeaders,
  parseReplicationHeaders,
  WireFormatError,
} from '../../lib/wire/index.js'

describe('parseReplicationHeaders()', () => {
  const someTick = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(tick)
  const someHeaders = fc.record(
    {
      checkMore: fc.boolean(),
      lastIncluded: someTick,
      lastScanned: someTick,
      lastTick: someTick,
      fromPresent: fc.boolean(),
      active: fc.boolean(),
    },
    { requiredKeys: [] },
  )

  it('reads what formatReplicationHeaders() writes', () => {
    fc.assert(
      fc.property(someHeaders, (headers) => {
        const read = parseReplicationHeaders(formatReplicationHeaders(headers))
        assert.deepEqual(formatReplicationHeaders(read), formatReplicationHeaders(headers))
        for (const [name, value] of Object.entries(headers)) {
          assert.equal(read[name as keyof typeof read], value)
        }
      }),
    )
  })

  it('uses the names of the protocol', () => {
    assert.deepEqual(formatReplicationHeaders({ checkMore: true, lastIncluded: tick(0n) }), {
      'x-arango-replication-checkmore': 'true',
      'x-arango-replication-lastincluded': '0',
    })
  })

  it('refuses values of another kind and repeated headers', () => {
    const rows = [
      { 'x-arango-replication-checkmore': 'yes' },
      { 'x-arango-replication-lastincluded': '-1' },
      { 'x-arango-replication-lasttick': '18446744073709551616' },
      { 'x-arango-replication-active': ['true', 'true'] },
    ]
    for (const headers of rows)
      assert.throws(() => parseReplicationHeaders(headers), WireFormatError)
  })
})
