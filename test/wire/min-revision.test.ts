import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { formatExactJson, parseExactJson } from '../../lib/streams/index.js'
import { encodeRevision, INVALID_REVISION, revision } from '../../lib/values/index.js'
import { minRevisionOf, parseCollectionDefinition, type Json } from '../../lib/wire/index.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'

function read(text: string): bigint | undefined {
  return minRevisionOf({ parameters: { minRevision: parseExactJson(text) } })
}

describe('minRevisionOf()', () => {
  it('reads a number exactly, whatever its size', () => {
    const rows: readonly (readonly [string, bigint])[] = [
      ['0', 0n],
      ['1667750939696562176', 1667750939696562176n],
      // JavaScript's number has this text, and another value.
      ['1667750939696562200', 1667750939696562200n],
      ['18446744073709551614', 2n ** 64n - 2n],
    ]
    for (const [text, expected] of rows) assert.equal(read(text), expected, text)
    assert.equal(minRevisionOf({ parameters: { minRevision: 5n } }), 5n)
  })

  it('reads text by the rule of a `_rev`', () => {
    assert.equal(read('""'), 0n)
    assert.equal(read('"-----------"'), 0n)
    assert.equal(read('"6370"'), 6370n)
    assert.equal(read('"_A"'), 66n)
  })

  it('reads back what a number and a padded text say', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 2n }), (value) => {
        assert.equal(read(formatExactJson(value)), value)
        assert.equal(read(JSON.stringify(encodeRevision(revision(value), { pad: true }))), value)
      }),
    )
  })

  const none: readonly (readonly [string, Json])[] = [
    ['nothing', undefined],
    ['null', null],
    ['a truth value', true],
    ['a number below 0', -1],
    ['a fraction', 1.5],
    ['a fraction of 0', parseExactJson('1.0')],
    ['a number with an exponent', 1e30],
    ['2^64', 2n ** 64n],
    ['2^64 as JSON', parseExactJson('18446744073709551616')],
    ['the error value', INVALID_REVISION],
    ['text that is none', 'a b'],
    ['text that is too long', 'aaaaaaaaaaaa'],
    ['a list', [5]],
    ['an object', { value: '5' }],
    ['an object that pretends', { isLosslessNumber: true, value: 5 }],
  ]
  for (const [what, minRevision] of none) {
    it(`finds none in ${what}`, () => {
      assert.equal(minRevisionOf({ parameters: { minRevision } }), undefined)
    })
  }
})

describeWithShared('minRevisionOf() of a real definition', () => {
  it('has every digit', () => {
    const url = sharedUrl('datasets/itsm-incidents-cluster/incident.structure.json')
    const value = parseExactJson(readFileSync(url, 'utf8'))
    const definition = parseCollectionDefinition(value, 'a structure file')
    assert.equal(minRevisionOf(definition), 1667750936062197760n)
  })
})
