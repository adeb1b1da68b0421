import assert from 'node:assert/strict'
import {
  booleanParameter,
  numberParameter,
  parseParameters,
  textParameter,
} from '../../lib/server/parameters.js'

describe('parseParameters()', () => {
  it('decodes names and values, and takes the last of a repeated name', () => {
    const parameters = parseParameters('a=1&b=h%C3%A4%2F1&a=2&c')
    assert.deepEqual({ ...parameters }, { a: '2', b: 'hä/1', c: '' })
  })

  it('takes names that every object has as any other', () => {
    const parameters = parseParameters('__proto__=1')
    assert.equal(textParameter(parameters, '__proto__'), '1')
    assert.equal(textParameter(parameters, 'constructor'), undefined)
    assert.equal(booleanParameter(parameters, 'toString'), undefined)
  })
})

describe('numberParameter()', () => {
  const rows: readonly (readonly [string, bigint | undefined])[] = [
    ['', undefined],
    ['n=', 0n],
    ['n=0', 0n],
    ['n=42', 42n],
    ['n=0042', 42n],
    ['n=%2B7', 7n],
    ['n=+7', 7n],
    ['n=-7', 0n],
    ['n=7.5', 0n],
    ['n=1e3', 0n],
    ['n=12abc', 0n],
    ['n=undefined', 0n],
    ['n=18446744073709551615', 18446744073709551615n],
    ['n=18446744073709551616', 0n],
  ]
  for (const [query, expected] of rows) {
    it(`reads "${query}" as ${String(expected)}`, () => {
      assert.equal(numberParameter(parseParameters(query), 'n'), expected)
    })
  }
})

describe('booleanParameter()', () => {
  const yes = ['true', 'TRUE', 'yes', 'on', 'y', 'Y', '1', '%E2%9C%93', '%20true%20']
  const no = ['false', '0', '', 'no', '2', 'undefined', 'truee']
  for (const value of yes) {
    it(`takes "${value}" for true`, () => {
      assert.equal(booleanParameter(parseParameters(`b=${value}`), 'b'), true)
    })
  }
  for (const value of no) {
    it(`takes "${value}" for false`, () => {
      assert.equal(booleanParameter(parseParameters(`b=${value}`), 'b'), false)
    })
  }
  it('leaves an absent one undefined', () => {
    assert.equal(booleanParameter({}, 'b'), undefined)
  })
})

describe('textParameter()', () => {
  it('takes an empty one for absent', () => {
    assert.equal(textParameter(parseParameters('a=&b=x'), 'a'), undefined)
    assert.equal(textParameter(parseParameters('a=&b=x'), 'b'), 'x')
  })
})
