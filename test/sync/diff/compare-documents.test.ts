import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DocumentComparison } from '../../../lib/sync/diff/compare-documents.js'

function pathsOf(a: string, b: string, ignore: readonly string[] = []): string[] {
  return new DocumentComparison(ignore).paths(Buffer.from(a), Buffer.from(b))
}

function isEqual(a: string, b: string, ignore: readonly string[] = []): boolean {
  return new DocumentComparison(ignore).isEqual(Buffer.from(a), Buffer.from(b))
}

/** Nested values with few names, so that two of them have something in common. */
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, 1, 1.5, '', 'x', 'é', '1'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c.d', '_rev', 'é'), tie('value'), { maxKeys: 4 }),
  ),
}))
const documents = fc.dictionary(fc.constantFrom('a', 'b', 'c.d', '_rev', '_id'), values)

/** The same document, written another way: attributes turned, white space, escapes, exponents. */
function rewrite(value: unknown): string {
  if (Array.isArray(value)) return `[ ${value.map(rewrite).join(' ,')}]`
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).reverse()
    return `{ ${parts.map(([name, inside]) => `${rewrite(name)} :${rewrite(inside)}`).join(',')} }`
  }
  if (typeof value === 'number') return `${value * 10}e-1`
  if (typeof value !== 'string') return JSON.stringify(value)
  const units = Array.from({ length: value.length }, (_, index) => value.charCodeAt(index))
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`
}

describe('DocumentComparison', () => {
  const rows: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['nothing', '{"a":1,"b":[1,{"c":2}]}', '{"b":[1,{"c":2}],"a":1}', []],
    ['a value', '{"a":1}', '{"a":2}', ['a']],
    ['what one side lacks', '{"a":1,"c":1}', '{"b":1,"c":1}', ['a', 'b']],
    ['a null that one side lacks', '{"a":null}', '{}', ['a']],
    ['values inside', '{"x":{"y":{"z":1,"w":1}}}', '{"x":{"y":{"z":2,"w":1}}}', ['x.y.z']],
    ['items', '{"l":[1,{"p":1},[2]]}', '{"l":[1,{"p":2},[3]]}', ['l[1].p', 'l[2][0]']],
    ['items behind the end', '{"l":[1]}', '{"l":[1,2,3]}', ['l[1]', 'l[2]']],
    ['the kind of a value', '{"a":{},"b":[],"c":"1"}', '{"a":[],"b":"","c":1}', ['a', 'b', 'c']],
    [
      'literals',
      '{"a":true,"b":false,"c":null}',
      '{"a":null,"b":true,"c":"null"}',
      ['a', 'b', 'c'],
    ],
    ['numbers by value', '{"a":1.0,"b":1e2,"c":-0}', '{"a":1,"b":100,"c":0}', []],
    ['integers beyond doubles', '{"a":9007199254740993}', '{"a":9007199254740992}', ['a']],
    ['signs', '{"a":-1,"b":0.5}', '{"a":1,"b":5e-1}', ['a']],
    ['texts by what they say', '{"a":"\\u00e9\\/","b":"x"}', '{"a":"é/","b":"y"}', ['b']],
    ['names by what they say', '{"\\u0061":1}', '{"a":1}', []],
    ['odd names', '{"a.b":1,"":{"c d":2}}', '{"a.b":2,"":{"c d":3}}', ['""."c d"', '"a.b"']],
    ['repeated attributes, in their order', '{"a":1,"a":2}', '{"a":2,"a":1}', ['a']],
    ['how often an attribute is repeated', '{"a":1,"a":1,"b":1}', '{"a":1,"b":1}', ['a']],
    ['_rev, but not _id', '{"_id":"c/1","_rev":"a"}', '{"_id":"d/1","_rev":"b"}', ['_rev']],
    ['_id deeper inside', '{"a":{"_id":1}}', '{"a":{"_id":2}}', ['a._id']],
  ]
  for (const [title, a, b, expected] of rows) {
    it(`tells ${title}`, () => {
      assert.deepEqual(pathsOf(a, b), expected)
      assert.deepEqual(pathsOf(b, a), expected)
      assert.equal(isEqual(a, b), expected.length === 0)
    })
  }

  it('ignores what is named, at the top, inside, and inside of arrays', () => {
    const a = '{"_rev":"1","a":{"b":1,"c":1},"l":[{"p":1,"q":1}],"d.e":1}'
    const b = '{"_rev":"2","a":{"b":2,"c":2},"l":[{"p":2,"q":2}],"d.e":2}'
    assert.deepEqual(pathsOf(a, b), ['_rev', 'a.b', 'a.c', '"d.e"', 'l[0].p', 'l[0].q'])
    assert.deepEqual(pathsOf(a, b, ['_rev', 'a.b', 'l.q']), ['a.c', '"d.e"', 'l[0].p'])
    assert.ok(isEqual(a, b, ['a', 'l', '"d.e"', '_rev']))
    assert.ok(!isEqual(a, b, ['a', 'l', 'd.e', '_rev']))
  })

  it('refuses to ignore what is no path', () => {
    assert.throws(() => new DocumentComparison(['a', 'b..c']), RangeError)
  })

  it('tells at most 100 paths, and then that there are more', () => {
    const documentOf = (count: number, value: number): string =>
      JSON.stringify({ l: Array.from({ length: count }, () => value) })
    const hundred = pathsOf(documentOf(100, 1), documentOf(100, 2))
    assert.equal(hundred.length, 100)
    assert.equal(hundred.at(-1), 'l[99]')
    const more = pathsOf(documentOf(200_000, 1), documentOf(200_000, 2))
    assert.equal(more.length, 101)
    assert.deepEqual(more.slice(-2), ['l[99]', '…'])
  })

  it('tells a path once that had to be cut off', () => {
    const name = 'n'.repeat(3000)
    assert.deepEqual(pathsOf(`{"${name}":{"a":1,"b":1}}`, `{"${name}":{"a":2,"b":2}}`), [
      `${'n'.repeat(1000)}…`,
    ])
  })

  it('finds no difference between two ways to write a document', () => {
    fc.assert(
      fc.property(documents, (document) => {
        assert.deepEqual(pathsOf(JSON.stringify(document), rewrite(document)), [])
        assert.ok(isEqual(JSON.stringify(document), rewrite(document)))
      }),
    )
  })

  it('tells paths exactly where documents are not equal', () => {
    const ignored = fc.subarray(['a', 'b.a', 'b."c.d"', '_rev', '"c.d".b.é'])
    let equal = 0
    fc.assert(
      fc.property(documents, documents, ignored, (a, b, ignore) => {
        const texts = [JSON.stringify(a), rewrite(b)] as const
        const areEqual = isEqual(...texts, ignore)
        if (areEqual) equal += 1
        assert.equal(pathsOf(...texts, ignore).length === 0, areEqual)
      }),
      { numRuns: 1000 },
    )
    assert.ok(equal > 0 && equal < 1000, `${equal}`)
  })

  it('compares values that are nested as deep as documents may be', () => {
    const nested = (text: string): string => `${'{"a":'.repeat(200)}${text}${'}'.repeat(200)}`
    const [path = ''] = pathsOf(nested('1'), nested('2'))
    assert.equal(path.split('.').length, 200)
  })
})
