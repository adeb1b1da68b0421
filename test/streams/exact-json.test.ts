import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatExactJson, parseExactJson } from '../../lib/streams/index.js'
import { JsonSyntaxError } from '../../lib/wire/index.js'

const NUMBERS = [
  '1667750939696562176',
  '18446744073709551615',
  '9007199254740993',
  '1.0',
  '-0',
  '1e400',
  '1E5',
  '0.30000000000000004',
  '123456789012345678901234567890.123456789',
]

describe('parseExactJson and formatExactJson', () => {
  for (const number of NUMBERS) {
    it(`keep ${number} as it is`, () => {
      const text = `{"a":[${number}],"b":${number}}`
      assert.equal(formatExactJson(parseExactJson(text)), text)
      assert.equal(formatExactJson(parseExactJson(number)), number)
    })
  }

  it('make a JavaScript number of what it holds exactly', () => {
    assert.deepEqual(
      parseExactJson('[0,-1,2300,0.5,9007199254740991]'),
      [0, -1, 2300, 0.5, 9007199254740991],
    )
  })

  it('are each other’s inverse for every JSON value', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const text = JSON.stringify(JSON.parse(json))
        assert.equal(formatExactJson(parseExactJson(text)), text)
      }),
    )
  })

  it('keep the order of attributes and the last of repeated ones', () => {
    const value = parseExactJson(' {"b":1, "a":2, "b":3} ')
    assert.equal(formatExactJson(value), '{"b":3,"a":2}')
  })

  it('take __proto__ for an attribute like any other', () => {
    const text = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":1}}'
    const value = parseExactJson(text)
    assert.equal(Object.getPrototypeOf(value), Object.prototype)
    assert.equal((value as { isAdmin?: boolean }).isAdmin, undefined)
    assert.equal(formatExactJson(value), text)
  })

  it('write a bigint as a number', () => {
    assert.equal(formatExactJson({ tick: 18446744073709551615n }), '{"tick":18446744073709551615}')
  })

  for (const value of [undefined, () => 1, Symbol('s')]) {
    it(`refuse ${String(value)}, which has no JSON form`, () => {
      assert.throws(() => formatExactJson(value), TypeError)
    })
  }

  for (const text of ['', ' ', '{', '{"a":01}', '[1,]', '{} {}', 'NaN', "{'a':1}", '"\u0001"']) {
    it(`refuse ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseExactJson(text), JsonSyntaxError)
    })
  }

  it('refuse what is nested too deep instead of overflowing the stack', () => {
    assert.doesNotThrow(() => parseExactJson('['.repeat(200) + ']'.repeat(200)))
    assert.throws(() => parseExactJson('['.repeat(201) + ']'.repeat(201)), JsonSyntaxError)
    assert.throws(() => parseExactJson('{"a":'.repeat(1e6)), JsonSyntaxError)
  })
})
