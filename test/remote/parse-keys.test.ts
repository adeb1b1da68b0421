import assert from 'node:assert/strict'
import type { KeyChunk } from '../../lib/replica/index.js'
import { parseBegunKeys, parseChunks, parseKeys } from '../../lib/remote/parse-keys.js'
import { WireFormatError } from '../../lib/wire/index.js'

const HASH = '18446744073709551615'
const CHUNK: KeyChunk = { index: 0, low: 'a', high: 'c', count: 3, hash: 1n }
const ROWS = [
  ['a', '1'],
  ['b', '_abc'],
  ['c', '3'],
]

describe('parseBegunKeys()', () => {
  it('reads an id and a count, or the count alone', () => {
    assert.deepEqual(parseBegunKeys({ id: '1-2', count: 5 }), { id: '1-2', count: 5 })
    assert.deepEqual(parseBegunKeys({ count: 0 }), { id: undefined, count: 0 })
  })

  for (const value of [null, [], {}, { count: '5' }, { count: -1 }, { count: 1.5 }]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => parseBegunKeys(value), WireFormatError)
    })
  }

  it('refuses an id that is no text', () => {
    assert.throws(() => parseBegunKeys({ id: 1, count: 1 }), WireFormatError)
    assert.throws(() => parseBegunKeys({ id: '', count: 1 }), WireFormatError)
  })
})

describe('parseChunks()', () => {
  it('reads chunks, of which only the last has any number of keys', () => {
    const value = [
      { low: 'a', high: 'b', hash: '0' },
      { low: 'c', high: '\uffee', hash: HASH },
      { low: '\u{1f600}', high: '\u{1f600}', hash: '7' },
    ]
    assert.deepEqual(parseChunks(value, 100), [
      { index: 0, low: 'a', high: 'b', count: 100, hash: 0n },
      { index: 1, low: 'c', high: '\uffee', count: 100, hash: 2n ** 64n - 1n },
      { index: 2, low: '\u{1f600}', high: '\u{1f600}', count: undefined, hash: 7n },
    ])
    assert.deepEqual(parseChunks([], 100), [])
  })

  const good = { low: 'a', high: 'b', hash: '1' }
  const bad: readonly (readonly [string, unknown])[] = [
    ['no array', {}],
    ['no object', [1]],
    ['no first key', [{ ...good, low: undefined }]],
    ['no last key', [{ ...good, high: 1 }]],
    ['no hash', [{ ...good, hash: undefined }]],
    ['a hash that is no number', [{ ...good, hash: '0x1' }]],
    ['a chunk that ends before it begins', [{ ...good, low: 'c' }]],
    ['a chunk twice', [good, good]],
    ['a chunk that begins where the last ends', [good, { ...good, low: 'b' }]],
  ]
  for (const [what, value] of bad) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseChunks(value, 100), WireFormatError)
    })
  }
})

describe('parseKeys()', () => {
  it('reads the keys of a chunk', () => {
    const expected = ROWS.map(([key, rev]) => ({ key, rev }))
    assert.deepEqual(parseKeys(ROWS, CHUNK), expected)
    assert.deepEqual(parseKeys(ROWS, { ...CHUNK, count: undefined }), expected)
  })

  const bad: readonly (readonly [string, unknown])[] = [
    ['no array', {}],
    ['no pairs', [1, 2, 3]],
    ['a revision that is no text', [['a', 1], ROWS[1], ROWS[2]]],
    ['fewer keys', ROWS.slice(0, 2)],
    ['more keys', [...ROWS, ['d', '4']]],
    ['keys out of order', [ROWS[0], ROWS[2], ROWS[1]]],
    ['a key twice', [ROWS[0], ROWS[0], ROWS[2]]],
    ['another first key', [['A', '1'], ROWS[1], ROWS[2]]],
    ['another last key', [ROWS[0], ROWS[1], ['d', '1']]],
  ]
  for (const [what, value] of bad) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseKeys(value, CHUNK), WireFormatError)
    })
  }

  it('refuses a last chunk without keys', () => {
    assert.throws(() => parseKeys([], { ...CHUNK, count: undefined }), WireFormatError)
  })
})
