import assert from 'node:assert/strict'
import { hasRepeatedNames } from '../../../lib/streams/transform/repeated-names.js'

describe('hasRepeatedNames()', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['{}', false],
    ['{"a":1,"b":{"a":1}}', false],
    ['[{"a":1},{"a":1}]', false],
    ['"a"', false],
    ['{"a":1,"a":1}', true],
    ['{"a":1,"\\u0061":2}', true],
    ['[1,{"x":[{"b":1, "b" :2}]}]', true],
    ['{"a":{"b":1,"b":2},"c":3}', true],
    ['{"__proto__":1,"__proto__":2}', true],
  ]
  for (const [json, expected] of rows) {
    it(`says ${String(expected)} of ${json}`, () => {
      const bytes = Buffer.from(json)
      assert.equal(hasRepeatedNames(bytes, 0, bytes.length), expected)
    })
  }
})
