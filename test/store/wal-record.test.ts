import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeWalRecord,
  encodeWalRecord,
  MARKER_TYPE,
  WAL_HEADER_BYTES,
} from '../../lib/store/wal-record.js'
import { tick } from '../../lib/values/index.js'
import { u64 } from './support/u64.js'

describe('encodeWalRecord()', () => {
  it('is the inverse of decodeWalRecord()', () => {
    const id = fc.integer({ min: 0, max: 0xffff_ffff })
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(MARKER_TYPE)),
        id,
        id,
        u64,
        fc.uint8Array({ maxLength: 100 }),
        (type, databaseId, objectId, transaction, bytes) => {
          const transactionId = tick(transaction)
          const data = Buffer.from(bytes)
          const record = { type, databaseId, objectId, transactionId, data }
          const decoded = decodeWalRecord(encodeWalRecord(record))
          assert.deepEqual({ ...decoded, data: Buffer.from(decoded.data) }, record)
        },
      ),
    )
  })

  it('takes data larger than what it keeps ready', () => {
    const data = Buffer.alloc(100_000, 'x')
    const place = { type: MARKER_TYPE.document, databaseId: 1, objectId: 2 }
    const encoded = encodeWalRecord({ ...place, transactionId: tick(0n), data })
    assert.equal(encoded.length, WAL_HEADER_BYTES + data.length)
    assert.ok(data.equals(decodeWalRecord(encoded).data))
  })

  it('refuses to read what is no record', () => {
    assert.throws(() => decodeWalRecord(Buffer.alloc(WAL_HEADER_BYTES)), RangeError)
    assert.throws(() => decodeWalRecord(Buffer.from([8])), RangeError)
  })
})
