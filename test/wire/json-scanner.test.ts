import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  JsonSyntaxError,
  scanObject,
  skipArray,
  skipSpace,
  skipValue,
} from '../../lib/wire/index.js'

function accepts(text: string): boolean {
  const bytes = Buffer.from(text)
  try {
    const end = skipValue(bytes, skipSpace(bytes, 0, bytes.length), bytes.length)
    return skipSpace(bytes, end, bytes.length) === bytes.length
  } catch (error) {
    assert.ok(error instanceof JsonSyntaxError)
    return false
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const VALID = [
  ...['0', '-0', '1.0', '-1.5e+10', '1E5', '1e400', '18446744073709551615', '0.1e-7'],
  ...['""', '"\\u00e4\\n\\"\\\\\\/"', '"\\uD800"', '"\u007f"', '"ä€𝄞"', '"\u2028"'],
  ...[
    '[]',
    '[ ]',
    '[1,[2,[]]]',
    '{}',
    '{ }',
    '{"a":1,"a":2}',
    ' \t\r\n{"":null}\n',
    '[true,false]',
  ],
]

const INVALID = [
  ...['', ' ', '-', '01', '+1', '.5', '1.', '1e', '1e+', '0x1', '1_0', 'Infinity', 'NaN', '--1'],
  ...[
    '"',
    '"\\',
    '"\\u12',
    '"\\u12g4"',
    '"\\x41"',
    '"\\\'"',
    '"a\tb"',
    '"a\nb"',
    '"\u0000"',
    "'a'",
  ],
  ...['[', '[1', '[1,', '[1,]', '[,1]', '[1 2]', ']', '[1}', '[]]', '[1]x'],
  ...['{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{,}', '{a:1}', '{"a" 1}', '{1:1}'],
  ...['{"a":1 "b":2}', '{}{}', '{"a":1]', 'tru', 'truE', 'nul', 'undefined', 'fals', '\ufeff{}'],
  ...['\u00a01', '\u000b1', '1\f', '// x\n1', '/**/1'],
]

describe('skipValue', () => {
  for (const text of VALID) {
    it(`takes ${JSON.stringify(text)}`, () => {
      assert.equal(parses(text), true)
      assert.equal(accepts(text), true)
    })
  }

  for (const text of INVALID) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parses(text), false)
      assert.equal(accepts(text), false)
    })
  }

  it('takes what JSON.parse takes, and nothing else: any text of JSON’s characters', () => {
    const character = fc.constantFrom(...'{}[]:,"\\ 01-+.eEutrfalsn\n\u0001é'.split(''))
    fc.assert(
      fc.property(fc.array(character, { maxLength: 12 }), (characters) => {
        const text = characters.join('')
        assert.equal(accepts(text), parses(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('takes what JSON.parse takes, and nothing else: JSON with one character changed', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom('', ...'{}[]:,"\\ 0-.e\n\u001f'.split('')))
    fc.assert(
      fc.property(fc.json(), fc.boolean(), change, (json, isPretty, [position, character]) => {
        const text = JSON.stringify(JSON.parse(json), null, isPretty ? '\t' : undefined)
        const index = position % (text.length + 1)
        const changed = text.slice(0, index) + character + text.slice(index + 1)
        assert.equal(accepts(text), true)
        assert.equal(accepts(changed), parses(changed))
      }),
      { numRuns: 2000 },
    )
  })

  it('looks at nothing beyond the end', () => {
    const text = '{"a":[1.5e3,"\\u00e4",true]}'
    for (let end = 0; end < text.length; end += 1) {
      assert.throws(() => skipValue(Buffer.from(text), 0, end), JsonSyntaxError)
    }
    assert.equal(skipValue(Buffer.from(`${text},`), 0, text.length), text.length)
  })

  it('names the byte where it stopped', () => {
    assert.throws(() => skipValue(Buffer.from('{"ä":x}'), 0, 8), {
      code: 'ERR_JSON_SYNTAX',
      offset: 6,
      message: 'Cannot read JSON at byte 6: expected a value',
    })
  })

  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    it(`takes 200 levels of ${open} and refuses one more`, () => {
      const nest = (levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`
      assert.equal(accepts(nest(200)), true)
      assert.equal(accepts(nest(201)), false)
      assert.equal(accepts(open.repeat(1_000_000)), false)
    })
  }
})

describe('scanObject', () => {
  it('shows names and values in order', () => {
    const bytes = Buffer.from('{ "a" : 1 , "b":{"c":[]} }')
    const seen: string[] = []
    const end = scanObject(bytes, 0, bytes.length, (nameStart, nameEnd, valueStart) => {
      const valueEnd = skipValue(bytes, valueStart, bytes.length)
      seen.push(bytes.toString('utf8', nameStart, nameEnd))
      seen.push(bytes.toString('utf8', valueStart, valueEnd))
      return valueEnd
    })
    assert.equal(end, bytes.length)
    assert.deepEqual(seen, ['a', '1', 'b', '{"c":[]}'])
  })

  it('refuses what is no object', () => {
    for (const text of ['[]', '1', '"{}"', '']) {
      assert.throws(() => scanObject(Buffer.from(text), 0, text.length), JsonSyntaxError)
    }
  })
})

describe('skipArray', () => {
  it('shows where each value lies', () => {
    const bytes = Buffer.from('[1, {"a":[2]} ,"x"]')
    const seen: string[] = []
    skipArray(bytes, 0, bytes.length, 1, (start, end) => {
      seen.push(bytes.toString('utf8', start, end))
    })
    assert.deepEqual(seen, ['1', '{"a":[2]}', '"x"'])
  })
})
