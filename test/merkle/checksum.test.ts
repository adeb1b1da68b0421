import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  addChecksums,
  checksumChunk,
  EMPTY_CHECKSUM,
  type Checksum,
} from '../../lib/merkle/index.js'
import { DumpLineError } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'

const ROWS = [
  '{"_key":"1","_id":"c/1","_rev":"_fMzozz2---","b":1,"a":1.0}',
  '{"_key":"2","_id":"c/2","_rev":"_fMzozz2--A"}',
  '{"_key":"3","_id":"c/3","_rev":"_kmX5mm6---","s":"é"}',
]

describe('checksumChunk()', () => {
  it('sums the Merkle hashes of the revisions by XOR', () => {
    const { count, revisions } = checksumChunk(chunkOf(ROWS))
    assert.equal(count, 3)
    assert.equal(revisions, 12086817118871357579n ^ 7833708213225746373n ^ 8937368841740552169n)
  })

  it('sums the first 8 bytes of SHA-256 of each canonical document', () => {
    const texts = ['{"_key":"1","a":1.0,"b":1}', '{"_key":"2"}', '{"_key":"3","s":"é"}']
    const expected = texts
      .map((text) => createHash('sha256').update(text).digest().readBigUInt64BE(0))
      .reduce((a, b) => BigInt.asUintN(64, a + b))
    assert.equal(checksumChunk(chunkOf(ROWS)).contents, expected)
  })

  it('is the same for every form of a line', () => {
    const enveloped = ROWS.map((row) => `{"type":2300,"data":${row}}`)
    assert.deepEqual(checksumChunk(chunkOf(enveloped)), checksumChunk(chunkOf(ROWS)))
  })

  it('does not depend on order and adds up over any cut', () => {
    const orders = fc.shuffledSubarray(ROWS, { minLength: 3 })
    fc.assert(
      fc.property(orders, fc.integer({ min: 0, max: 3 }), (rows, cut) => {
        const parts = [rows.slice(0, cut), rows.slice(cut)].map((part) =>
          checksumChunk(chunkOf(part)),
        )
        const sum = parts.reduce<Checksum>(addChecksums, EMPTY_CHECKSUM)
        assert.deepEqual(sum, checksumChunk(chunkOf(ROWS)))
      }),
    )
  })

  it('counts removals apart', () => {
    const sum = checksumChunk(chunkOf([...ROWS, '{"type":2302,"key":"1"}']))
    assert.deepEqual(sum, { ...checksumChunk(chunkOf(ROWS)), removals: 1 })
  })

  it('names the line that is none', () => {
    const isSecondLine = (error: unknown): boolean =>
      error instanceof DumpLineError && error.lineNumber === 2
    assert.throws(() => checksumChunk(chunkOf([ROWS[0] ?? '', '{"_key":'])), isSecondLine)
  })
})
