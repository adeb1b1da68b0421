import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { parseIndexPath } from '../../lib/store/index-path.js'
import { COMBINATIONS_MAX, IndexValuesReader } from '../../lib/store/index-values.js'
import { DIGEST_BYTES } from '../../lib/store/row-keys.js'

interface Options {
  readonly fields?: readonly string[]
  readonly sparse?: boolean
}

function read(document: string, { fields = ['a'], sparse = false }: Options = {}): string[] {
  const reader = new IndexValuesReader({ fields, sparse })
  return [...reader.read(Buffer.from(document)).digests].sort()
}

/** Documents of which an index makes the same. */
function assertSame(a: string, b: string, options?: Options): void {
  assert.deepEqual(read(a, options), read(b, options), `${a} and ${b}`)
}

function assertDifferent(a: string, b: string, options?: Options): void {
  assert.notDeepEqual(read(a, options), read(b, options), `${a} and ${b}`)
}

describe('parseIndexPath()', () => {
  const rows = [
    ['a', { names: ['a'], expandedAt: -1 }],
    ['a.b', { names: ['a', 'b'], expandedAt: -1 }],
    ['a[*]', { names: ['a'], expandedAt: 0 }],
    ['a.b[*].c', { names: ['a', 'b', 'c'], expandedAt: 1 }],
    ['_id', { names: ['_key'], expandedAt: -1 }],
    ['', undefined],
    ['a..b', undefined],
    ['[*]', undefined],
    ['a[*].b[*]', undefined],
    ['a[0]', undefined],
    ['a[*]b', undefined],
  ] as const
  for (const [field, expected] of rows) {
    it(`reads "${field}"`, () => {
      assert.deepEqual(parseIndexPath(field), expected)
    })
  }
})

describe('IndexValuesReader.read()', () => {
  const equal: readonly (readonly [string, string])[] = [
    ['1', '1.0'],
    ['100', '1e2'],
    ['-0.0', '0'],
    ['9007199254740993', '9007199254740993.0'],
    ['"\\u0061"', '"a"'],
    ['{"x":1,"y":2}', '{"y":2,"x":1}'],
    ['{"x":1,"y":null}', '{ "x" : 1.0 }'],
    ['{"x":{"z":null}}', '{"x":{}}'],
    ['[1,2]', '[ 1.0 , 2 ]'],
    ['[1,null]', '[1]'],
    ['[null,null]', '[]'],
  ]
  for (const [a, b] of equal) {
    it(`takes ${a} and ${b} for equal`, () => {
      assertSame(`{"a":${a}}`, `{"b":7,"a":${b}}`)
    })
  }

  const different: readonly (readonly [string, string])[] = [
    ['9007199254740993', '9007199254740992'],
    ['1', '"1"'],
    ['0', 'false'],
    ['""', 'null'],
    ['[]', 'null'],
    ['{}', 'null'],
    ['[null,1]', '[1]'],
    ['[1,2]', '[2,1]'],
    ['"a"', '"A"'],
    ['{"x":1}', '{"x":"1"}'],
  ]
  for (const [a, b] of different) {
    it(`tells ${a} and ${b} apart`, () => {
      assertDifferent(`{"a":${a}}`, `{"a":${b}}`)
    })
  }

  it('gives one digest for plain fields', () => {
    const [digest = ''] = read('{"a":1}')
    assert.equal(digest.length, DIGEST_BYTES)
    assertDifferent('{"a":1,"b":2}', '{"a":2,"b":1}', { fields: ['a', 'b'] })
    assertDifferent('{"a":"1\\n2","b":3}', '{"a":1,"b":"2\\n3"}', { fields: ['a', 'b'] })
  })

  it('takes what is missing for null, also inside of what is no object', () => {
    const options = { fields: ['a.b'] }
    assertSame('{"a":{"b":null}}', '{}', options)
    assertSame('{"a":{"b":null}}', '{"a":[{"b":1}]}', options)
    assertSame('{"a":{"b":null}}', '{"a":"b"}', options)
    assert.equal(read('{}', options).length, 1)
  })

  it('leaves out what has not all values, where the index is sparse', () => {
    const options = { fields: ['a', 'b.c'], sparse: true }
    assert.deepEqual(read('{"a":1}', options), [])
    assert.deepEqual(read('{"a":1,"b":{"c":null}}', options), [])
    assert.deepEqual(read('{"a":null,"b":{"c":1}}', options), [])
    assert.equal(read('{"a":1,"b":{"c":false}}', options).length, 1)
  })

  it('takes the last of repeated attributes', () => {
    assertSame('{"a":1,"a":2}', '{"a":2}')
    assertSame('{"\\u0061":2}', '{"a":2}')
  })

  it('expands an array, and does not count what is repeated', () => {
    const options = { fields: ['a[*]'] }
    const both = read('{"a":[1,2,1.0]}', options)
    assert.deepEqual(both, [...read('{"a":[1]}', options), ...read('{"a":[2]}', options)].sort())
    const reader = new IndexValuesReader({ fields: ['a[*]'], sparse: false })
    assert.equal(reader.read(Buffer.from('{"a":[1,2,1.0]}')).hasRepeats, true)
    assert.equal(reader.read(Buffer.from('{"a":[1,2,3]}')).hasRepeats, false)
  })

  it('leaves out a document whose first field has no values to expand', () => {
    for (const text of ['{}', '{"a":[]}', '{"a":1}', '{"a":null}', '{"a":{"0":1}}']) {
      assert.deepEqual(read(text, { fields: ['a[*]'] }), [])
      assert.deepEqual(read(text, { fields: ['a[*]', 'b'] }), [])
      assert.equal(read(text, { fields: ['b', 'a[*]'] }).length, 1)
    }
    assertSame('{"b":1}', '{"b":1,"a":[]}', { fields: ['b', 'a[*]', 'd'] })
    assertDifferent('{"b":1}', '{"b":1,"a":[null]}', { fields: ['b', 'a[*]'] })
  })

  it('looks into the objects of an array', () => {
    const options = { fields: ['a.b[*].c'] }
    assert.equal(read('{"a":{"b":[{"c":1},{"c":2},{"c":1}]}}', options).length, 2)
    assertSame('{"a":{"b":[{"c":null}]}}', '{"a":{"b":[{},7]}}', options)
    assert.deepEqual(read('{"a":{"b":[{},7]}}', { ...options, sparse: true }), [])
    assert.equal(read('{"a":{"b":[{"c":null}]}}', { ...options, sparse: true }).length, 1)
  })

  it('combines fields, up to its bound', () => {
    const options = { fields: ['a[*]', 'b', 'd[*]'] }
    assert.equal(read('{"a":[1,2],"b":3,"d":[4,5,6]}', options).length, 6)
    const list = JSON.stringify(Array.from({ length: 300 }, (_, index) => index))
    const reader = new IndexValuesReader({ fields: options.fields, sparse: false })
    const { digests, isCut } = reader.read(Buffer.from(`{"a":${list},"d":${list}}`))
    assert.equal(digests.size, COMBINATIONS_MAX)
    assert.equal(isCut, true)
  })

  it('makes the same of any JSON value, however it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assertSame(JSON.stringify({ a: value }), JSON.stringify({ x: 1, a: value }, null, 1))
      }),
    )
  })
})
