import assert from 'node:assert/strict'
import {
  formatPatchHeader,
  parsePatchHeader,
  type PatchHeader,
} from '../../../lib/sync/patch/patch-header.js'
import { EMPTY_PATCH } from '../../../lib/sync/patch/patch-totals.js'

const HEADER: PatchHeader = {
  id: '00112233445566778899aabbccddeeff',
  makes: 'store:./follower#shöp',
  equalTo: 'http://127.0.0.1:8529/_db/shop',
  totals: { made: 1, dropped: 2, removals: 3, documents: 4, bytes: Number.MAX_SAFE_INTEGER },
}

describe('formatPatchHeader()', () => {
  it('writes one line, which parsePatchHeader() reads', () => {
    const line = formatPatchHeader(HEADER)
    assert.equal(line.indexOf('\n'), line.length - 1)
    assert.deepEqual(parsePatchHeader(line.toString()), HEADER)
  })

  it('has one length whatever the totals are', () => {
    const empty = formatPatchHeader({ ...HEADER, totals: EMPTY_PATCH })
    assert.equal(empty.length, formatPatchHeader(HEADER).length)
    assert.deepEqual(parsePatchHeader(empty.toString()), { ...HEADER, totals: EMPTY_PATCH })
  })
})

describe('parsePatchHeader()', () => {
  const told = JSON.parse(formatPatchHeader(HEADER).toString()) as Record<string, unknown>
  const reasonFor = (change: Record<string, unknown>): unknown =>
    parsePatchHeader(JSON.stringify({ ...told, ...change }))

  it('names another version', () => {
    assert.equal(
      reasonFor({ version: 2 }),
      'it is of version 2 of the format, and only version 1 is read here',
    )
  })

  it('refuses what is no first line of a patch', () => {
    for (const line of ['', 'x', '[]', '7', 'null', '{}', '{"_key":"a"}', '{"format":"other"}']) {
      assert.equal(parsePatchHeader(line), 'it is not a patch', line)
    }
  })

  it('names the attribute that is wrong', () => {
    for (const [name, value] of [
      ['version', '1'],
      ['id', 'ABC'],
      ['id', 7],
      ['makes', ''],
      ['equalTo', null],
      ['made', -1],
      ['dropped', 1.5],
      ['removals', '3'],
      ['documents', undefined],
      ['bytes', 2 ** 53],
    ] as const) {
      assert.equal(reasonFor({ [name]: value }), `"${name}" in its first line is wrong`)
    }
  })
})
