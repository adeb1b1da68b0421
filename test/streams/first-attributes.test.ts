import assert from 'node:assert/strict'
import fc from 'fast-check'
import { keepFirstAttributes } from '../../lib/streams/index.js'
import { chunkOf } from '../support/chunk.js'

describe('keepFirstAttributes()', () => {
  function cleaned(...lines: string[]): string[] {
    const text = keepFirstAttributes(chunkOf(lines, 'test')).buffer.toString()
    return text.replace(/\n$/, '').split('\n')
  }

  const rows: readonly (readonly [title: string, line: string, expected: string])[] = [
    ['two of a name', '{"_key":"a","x":1,"x":2}', '{"_key":"a","x":1}'],
    ['three of a name, apart', '{"x":1,"y":2,"x":3,"z":4,"x":5}', '{"x":1,"y":2,"z":4}'],
    ['white space around them', '{ "x" : 1 , "x" : 2 , "y" : 3 }', '{ "x" : 1 , "y" : 3 }'],
    ['inside an object', '{"a":{"b":1,"b":2},"c":3}', '{"a":{"b":1},"c":3}'],
    ['inside an array', '{"a":[{"b":1,"b":2},[{"c":1,"c":2}]]}', '{"a":[{"b":1},[{"c":1}]]}'],
    ['inside of what goes', '{"a":1,"a":{"b":1,"b":2}}', '{"a":1}'],
    ['inside of what stays', '{"a":{"b":1,"b":2},"a":3}', '{"a":{"b":1}}'],
    ['an escaped name', String.raw`{"a":1,"\u0061":2}`, '{"a":1}'],
    ['an empty name', '{"":1,"":2}', '{"":1}'],
    ['an envelope', '{"type":2300,"data":{"x":1,"x":2}}', '{"type":2300,"data":{"x":1}}'],
    ['numbers as they stand', '{"x":1e400,"y":12345678901234567890,"x":1}', ''],
  ]
  for (const [title, line, expected] of rows) {
    it(`keeps the first value of ${title}`, () => {
      const wanted = expected === '' ? '{"x":1e400,"y":12345678901234567890}' : expected
      assert.deepEqual(cleaned(line), [wanted])
    })
  }

  it('gives the same chunk where nothing is repeated', () => {
    const chunk = chunkOf(['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}', '', '{}'], 'test')
    assert.equal(keepFirstAttributes(chunk), chunk)
  })

  it('leaves other lines, and those that are not JSON, as they are', () => {
    const lines = ['{"a":1}', '{"a":1,"a":', 'nonsense', '{"b":1,"b":2}', '{"c":3}']
    assert.deepEqual(cleaned(...lines), [...lines.slice(0, 3), '{"b":1}', '{"c":3}'])
  })

  it('keeps the numbers of lines, and ends the last line with a newline', () => {
    const whole = chunkOf(['{"a":1}', '{"b":1,"b":2}'], 'test')
    const chunk = keepFirstAttributes(whole)
    assert.equal(chunk.lineNumber(1), whole.lineNumber(1))
    assert.equal(chunk.buffer.at(-1), 0x0a)
  })

  it('gives of any value what keeping the first of each name gives', () => {
    /** JSON as pairs, so that a name may come twice. */
    type Pairs = readonly (readonly [string, Value])[]
    type Value = number | string | { readonly pairs: Pairs } | readonly Value[]
    const { value } = fc.letrec<{ value: Value; pairs: Pairs }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.string(),
        fc.record({ pairs: tie('pairs') }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
      pairs: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'ä', '"'), tie('value')), {
        maxLength: 5,
      }),
    }))
    const format = (one: Value, isClean: boolean): string => {
      if (typeof one !== 'object') return JSON.stringify(one)
      if (!('pairs' in one)) return `[${one.map((item) => format(item, isClean)).join(',')}]`
      const seen = new Set<string>()
      const kept = one.pairs.filter(([name]) => {
        const isFirst = !seen.has(name)
        seen.add(name)
        return isFirst || !isClean
      })
      return `{${kept.map(([name, inner]) => `${JSON.stringify(name)}:${format(inner, isClean)}`).join(',')}}`
    }
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const lines = values.map((one) => `{"v":${format(one, false)}}`)
        const wanted = values.map((one) => `{"v":${format(one, true)}}`)
        assert.deepEqual(cleaned(...lines), wanted)
      }),
    )
  })
})
