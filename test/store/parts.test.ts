import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ChunkBudget } from '../../lib/store/chunk-budget.js'
import { currentOwner, isAlive } from '../../lib/store/owner.js'
import {
  documentKeyCodec,
  DocumentKey,
  KEY_KEY_CODEC,
  KeyKey,
  TICK_CODEC,
} from '../../lib/store/row-keys.js'
import { DecimalText, writeRevisionText } from '../../lib/store/u64-text.js'
import {
  decodeWalRecord,
  encodeWalRecord,
  MARKER_TYPE,
  WAL_HEADER_BYTES,
} from '../../lib/store/wal-record.js'
import { encodeRevision, revision, tick } from '../../lib/values/index.js'

const u64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 64n }).map((bits) => (bits === 0n ? 0n : 2n ** bits - 1n)),
  fc.bigInt({ min: 0n, max: 19n }).map((digits) => 10n ** digits),
)

function lanesOf(value: bigint): readonly [high: number, low: number] {
  return [Number(value >> 32n), Number(value & 0xffff_ffffn)]
}

describe('DecimalText', () => {
  it('writes what a bigint writes', () => {
    const text = new DecimalText()
    const out = Buffer.alloc(24)
    fc.assert(
      fc.property(u64, (value) => {
        const length = text.set(...lanesOf(value))
        const end = text.write(out, 2)
        assert.equal(end, 2 + length)
        assert.equal(out.toString('latin1', 2, end), value.toString())
      }),
      { numRuns: 2000 },
    )
  })
})

describe('writeRevisionText()', () => {
  it('writes what encodeRevision() writes, padded', () => {
    const out = Buffer.alloc(11)
    fc.assert(
      fc.property(u64, (value) => {
        assert.equal(writeRevisionText(out, 0, ...lanesOf(value)), 11)
        assert.equal(out.toString('latin1'), encodeRevision(revision(value), { pad: true }))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('row keys', () => {
  const space = fc.integer({ min: 0, max: 0xffff_fffe })

  it('sort as space and revision do, and give the revision back', () => {
    const lanes = new Uint32Array(2)
    const codec = documentKeyCodec(lanes)
    const write = (owner: number, value: bigint): Buffer => {
      const bytes = Buffer.alloc(12)
      assert.equal(codec.writeKey(new DocumentKey().setRevision(owner, value), bytes, 0), 12)
      return bytes
    }
    fc.assert(
      fc.property(space, u64, space, u64, (a, left, b, right) => {
        const order = Buffer.compare(write(a, left), write(b, right))
        assert.equal(order, Math.sign(a - b) || Number(left > right) - Number(left < right))
        codec.readKey(write(a, left), 0, 12)
        assert.deepEqual([...lanes], [...lanesOf(left)])
      }),
    )
  })

  it('go to the next revision, and from the last one to the next space', () => {
    const at = (value: bigint): DocumentKey => new DocumentKey().setRevision(7, value).increment()
    assert.deepEqual({ ...at(0n) }, { space: 7, high: 0, low: 1 })
    assert.deepEqual({ ...at(2n ** 32n - 1n) }, { space: 7, high: 1, low: 0 })
    assert.deepEqual({ ...at(2n ** 64n - 1n) }, { space: 8, high: 0, low: 0 })
  })

  it('hold keys and ticks', () => {
    const bytes = Buffer.from('xkeyx')
    const out = Buffer.alloc(20)
    const end = KEY_KEY_CODEC.writeKey(new KeyKey().set(258, bytes, 1, 4), out, 2)
    assert.equal(out.toString('hex', 2, end), '000001026b6579')
    assert.equal(String(KEY_KEY_CODEC.readKey(out, 2, end)), 'key')
    fc.assert(
      fc.property(u64, (value) => {
        assert.equal(TICK_CODEC.writeKey(value, out, 1), 9)
        assert.equal(TICK_CODEC.readKey(out, 1, 9), value)
      }),
    )
  })
})

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

describe('ChunkBudget', () => {
  it('lends up to a quarter to each, and to all together what there is', () => {
    const budget = new ChunkBudget(400)
    const first = budget.begin()
    assert.equal(first.take(60), true)
    assert.equal(first.take(41), false)
    assert.equal(first.take(40), true)
    const others = [1, 2, 3, 4].map(() => budget.begin().take(100))
    assert.deepEqual(others, [true, true, true, false])
    assert.equal(budget.freeBytes, 0)
    first.release()
    first.release()
    assert.equal(budget.freeBytes, 100)
  })
})

describe('isAlive()', () => {
  it('knows this process by pid, start and boot', () => {
    const owner = currentOwner()
    assert.equal(owner.pid, process.pid)
    assert.equal(isAlive(owner), true)
    assert.equal(isAlive({ pid: process.pid }), true)
    assert.equal(isAlive({ ...owner, bootId: 'another boot' }), false)
    assert.equal(isAlive({ pid: 2 ** 22 + 1 }), false)
  })

  it('knows that a pid was given to another process', () => {
    const owner = currentOwner()
    if (owner.startTime === undefined) return
    assert.equal(isAlive({ ...owner, startTime: '1' }), false)
  })
})
