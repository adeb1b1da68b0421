import assert from 'node:assert/strict'
import fc from 'fast-check'
import { CanonicalWriter, leaveOut, type CanonicalOptions } from '../../lib/wire/index.js'

function canonical(text: string, options?: CanonicalOptions): string {
  const bytes = Buffer.from(text)
  return new CanonicalWriter(options).write(bytes, 0, bytes.length).toString()
}

describe('CanonicalWriter', () => {
  const rows: readonly [string, string, string][] = [
    [
      'sorts attributes at every level',
      '{"b":{"z":1,"a":2},"a":[{"d":1,"c":2}]}',
      '{"a":[{"c":2,"d":1}],"b":{"a":2,"z":1}}',
    ],
    ['leaves white space out', ' { "a" : [ 1 , 2 ] , "b" : { } } '.trim(), '{"a":[1,2],"b":{}}'],
    [
      'leaves _rev and _id out at the top only',
      '{"_id":"c/1","_rev":"x","a":{"_id":1,"_rev":2}}',
      '{"a":{"_id":1,"_rev":2}}',
    ],
    ['keeps numbers as written', '[1.0]'.replace(/^/, '{"n":').replace(/$/, '}'), '{"n":[1.0]}'],
    [
      'keeps what a double cannot hold',
      '{"a":18446744073709551615,"b":-0,"c":1e400}',
      '{"a":18446744073709551615,"b":-0,"c":1e400}',
    ],
    ['resolves escapes that are not needed', '{"a":"\\u00e9\\/\\u0041"}', '{"a":"é/A"}'],
    ['keeps escapes that are needed', '{"a":"\\n\\u0001\\"\\\\"}', '{"a":"\\n\\u0001\\"\\\\"}'],
    ['resolves escapes in names', '{"b":1,"\\u0061":2}', '{"a":2,"b":1}'],
    ['sorts names by UTF-8 bytes', '{"\u{10000}":1,"\uffff":2}', '{"\uffff":2,"\u{10000}":1}'],
    ['keeps repeated attributes in their order', '{"a":2,"a":1}', '{"a":2,"a":1}'],
    ['writes the empty array', '{"a":[]}', '{"a":[]}'],
  ]
  for (const [title, text, expected] of rows) {
    it(title, () => {
      assert.equal(canonical(text), expected)
    })
  }

  it('writes numbers of one value as one text when asked to', () => {
    const text = '{"a":[1.0,-0,1e2,{"b":-12.50}],"c":true,"d":null,"e":"1.0"}'
    const expected = '{"a":[1,0,100,{"b":-125e-1}],"c":true,"d":null,"e":"1.0"}'
    assert.equal(canonical(text, { numbersByValue: true }), expected)
  })

  it('leaves out nulls that are as good as nothing when asked to', () => {
    const text = '{"_rev":"x","a":null,"b":[null,1,null,{"d":null},null,null],"c":[[null]],"e":"n"}'
    const expected = '{"b":[null,1,null,{}],"c":[[]],"e":"n"}'
    assert.equal(canonical(text, { nullIsAbsent: true }), expected)
  })

  const values: readonly (readonly [string, string])[] = [
    ['null', 'null'],
    ['1.0', '1'],
    ['"\\u0061"', '"a"'],
    ['[ null ]', '[]'],
    ['{ "b" : 1, "_id" : 2 }', '{"_id":2,"b":1}'],
  ]
  for (const [text, expected] of values) {
    it(`writes the value ${text}`, () => {
      const bytes = Buffer.from(`  ${text}  `)
      const writer = new CanonicalWriter({ numbersByValue: true, nullIsAbsent: true })
      const written = writer.writeValue(bytes, 2, bytes.length - 2)
      assert.equal(written.toString(), expected)
    })
  }

  const document =
    '{"_id":"c/1","_rev":"x","a":{"b":1,"c":{"b":2}},"l":[{"b":3,"c":4},[{"b":5}],6]}'
  const leftOut: readonly [string, readonly (readonly string[])[], string][] = [
    ['nothing', [], document],
    ['nothing for an empty path', [[]], document],
    ['names at the top', [['_id'], ['a'], ['l']], '{"_rev":"x"}'],
    ['names inside an object', [['_id'], ['_rev'], ['l'], ['a', 'b']], '{"a":{"c":{"b":2}}}'],
    ['names deep inside', [['_id'], ['_rev'], ['l'], ['a', 'c', 'b']], '{"a":{"b":1,"c":{}}}'],
    [
      'names inside the objects of an array',
      [['_id'], ['_rev'], ['a'], ['l', 'b']],
      '{"l":[{"c":4},[{}],6]}',
    ],
    [
      'an attribute rather than what is inside',
      [['_id'], ['_rev'], ['l', 'b'], ['l'], ['a', 'b'], ['a', 'c']],
      '{"a":{}}',
    ],
    ['names that are not there', [['x'], ['a', 'x'], ['_rev', 'b']], document],
  ]
  for (const [title, paths, expected] of leftOut) {
    it(`leaves out ${title}`, () => {
      assert.equal(canonical(document, { leftOut: leaveOut(paths) }), expected)
    })
  }

  it('leaves out names however they are escaped', () => {
    const names = { leftOut: leaveOut([['é"', 'ß']]) }
    assert.equal(canonical('{"\\u00e9\\"":{"\\u00df":1,"s":2}}', names), '{"é\\"":{"s":2}}')
  })

  it('gives the same bytes however attributes are ordered', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        const turned = Object.fromEntries(Object.entries(document).reverse())
        assert.equal(canonical(JSON.stringify(turned)), canonical(JSON.stringify(document)))
      }),
    )
  })

  it('loses nothing but order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        const { _id, _rev, ...rest } = document
        assert.deepEqual(
          JSON.parse(canonical(JSON.stringify(document))),
          JSON.parse(JSON.stringify(rest)),
        )
      }),
    )
  })
})
