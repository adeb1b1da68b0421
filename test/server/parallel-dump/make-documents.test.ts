import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { parseFilters } from '../../../lib/server/parallel-dump/dump-filters.js'
import { parseProjections } from '../../../lib/server/parallel-dump/dump-projections.js'
import { makeDocuments } from '../../../lib/server/parallel-dump/make-documents.js'
import { RequestError } from '../../../lib/server/request-error.js'

/** What is made of lines, as texts. */
function make(
  lines: readonly string[],
  { projections, filters }: { readonly projections?: unknown; readonly filters?: unknown },
): string[] {
  const selection = {
    projections: parseProjections(projections),
    conditions: parseFilters(filters),
  }
  const block = Buffer.from(lines.map((line) => `${line}\n`).join(''))
  return [...makeDocuments(block, selection)].map((text) => text.toString())
}

function equals(...attributePath: string[]): (value: unknown) => unknown {
  return (value) => ({ type: 'simple', conditions: [{ attributePath, value }] })
}

/** What lies under names in objects, and in nothing else. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const name of path) {
    const isObject = typeof found === 'object' && found !== null && !Array.isArray(found)
    if (!isObject || !Object.hasOwn(found as object, name)) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found
}

describe('makeDocuments()', () => {
  it('gives lines as they are where nothing is asked of them', () => {
    const lines = ['{"a":1.0}', '{ "b" : 9007199254740993 }', '{}']
    assert.deepEqual(make(lines, {}), lines)
    assert.deepEqual(make([], {}), [])
  })

  describe('with projections', () => {
    const line = '{"_key":"k","a":{"b":[1.50,{"c":null}],"é":"\\u00e9"},"n":123456789012345678901}'
    const rows: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{}, '{}'],
      [{ x: ['_key'] }, '{"x":"k"}'],
      [{ x: ['a', 'b'], y: ['n'] }, '{"x":[1.50,{"c":null}],"y":123456789012345678901}'],
      [{ y: ['n'], x: ['_key'] }, '{"y":123456789012345678901,"x":"k"}'],
      [{ x: ['a', 'é'] }, '{"x":"\\u00e9"}'],
      [{ 'new "name"': ['_key'] }, '{"new \\"name\\"":"k"}'],
      [{ x: ['none'], y: ['_key'] }, '{"y":"k"}'],
      [{ x: ['a', 'b', 'c'], y: ['_key', 'z'] }, '{}'],
      [{ x: ['a', 'b', '0'] }, '{}'],
    ]
    for (const [projections, expected] of rows) {
      it(`makes ${expected} of ${JSON.stringify(projections)}`, () => {
        assert.deepEqual(make([line], { projections }), [expected])
      })
    }

    it('takes the first of repeated attributes', () => {
      assert.deepEqual(make(['{"a":1,"a":2}'], { projections: { x: ['a'] } }), ['{"x":1}'])
    })

    it('takes the first of repeated attributes for all that is below it', () => {
      const projections = { x: ['a', 'b'], y: ['a'] }
      assert.deepEqual(make(['{"a":{"b":1},"a":{"b":2}}'], { projections }), [
        '{"x":1,"y":{"b":1}}',
      ])
      assert.deepEqual(make(['{"a":1,"a":{"b":2}}'], { projections }), ['{"y":1}'])
    })

    it('refuses to make more of a document than any document has', () => {
      const line = `{"a":"${'x'.repeat(1024 * 1024)}"}`
      const names = Array.from({ length: 65 }, (_, index) => [`n${index}`, ['a']])
      const projections: unknown = Object.fromEntries(names)
      assert.throws(
        () => make([line], { projections }),
        (error) => error instanceof RequestError && error.status === 413,
      )
    })

    it('refuses a path that is longer than any document is deep', () => {
      const path = Array.from({ length: 201 }, () => 'a')
      assert.throws(() => parseProjections({ x: path }), RequestError)
      assert.equal(parseProjections({ x: path.slice(1) })?.length, 1)
    })

    it('finds as many paths as there are, as JavaScript would', () => {
      const name = fc.constantFrom('a', 'b', 'c')
      const { document } = fc.letrec<{ document: object; value: unknown }>((tie) => ({
        document: fc.dictionary(name, tie('value')),
        value: fc.oneof({ maxDepth: 4 }, fc.integer(), fc.constant([{ a: 1 }]), tie('document')),
      }))
      const paths = fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { maxLength: 12 })
      fc.assert(
        fc.property(document, paths, (value, wanted) => {
          const projections = Object.fromEntries(wanted.map((path, index) => [`n${index}`, path]))
          const expected = Object.entries(projections)
            .map(([to, path]) => [to, valueAt(value, path)] as const)
            .filter(([, found]) => found !== undefined)
          const made = make([JSON.stringify(value)], { projections })
          assert.deepEqual(made, [JSON.stringify(Object.fromEntries(expected))])
        }),
      )
    })

    it('gives what JavaScript would give', () => {
      fc.assert(
        fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (document, name) => {
          const text = JSON.stringify(document)
          const [made = ''] = make([text], { projections: { x: [name] } })
          const value = Object.hasOwn(document, name) ? { x: document[name] } : {}
          assert.equal(made, JSON.stringify(value))
        }),
      )
    })
  })

  describe('with filters', () => {
    const lines = [
      '{"_key":"1","n":1,"o":{"a":1,"b":[1,2]}}',
      '{"_key":"2","n":1.0,"o":{"b":[1,2.0],"a":1}}',
      '{"_key":"3","n":"1"}',
      '{"_key":"4","n":null}',
      '{"_key":"5"}',
      '{"_key":"6","n":true,"o":"\\u0061"}',
    ]
    const rows: readonly (readonly [unknown, string])[] = [
      [equals('n')(1), '12'],
      [equals('n')('1'), '3'],
      [equals('n')(true), '6'],
      [equals('n')(null), '45'],
      [equals('o')('a'), '6'],
      [equals('o')({ b: [1, 2], a: 1 }), '12'],
      [equals('o', 'b')([1, 2]), '12'],
      [equals('o', 'b')([2, 1]), ''],
      [equals('o', 'a')(1), '12'],
      [equals('_key', 'x')(null), '123456'],
      [{ type: 'simple', conditions: [] }, '123456'],
      [undefined, '123456'],
    ]
    for (const [filters, keys] of rows) {
      it(`gives ${keys === '' ? 'none' : keys} for ${JSON.stringify(filters)}`, () => {
        const found = make(lines, { filters, projections: { _key: ['_key'] } })
        const wanted = Array.from(keys, (key) => `{"_key":"${key}"}`)
        assert.deepEqual(found, wanted)
      })
    }

    it('wants all conditions to hold', () => {
      const conditions = [
        { attributePath: ['n'], value: 1 },
        { attributePath: ['_key'], value: '2' },
      ]
      assert.deepEqual(make(lines, { filters: { type: 'simple', conditions } }), [lines[1]])
    })

    it('finds what it is told to', () => {
      fc.assert(
        fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
          const filters = equals('a')(value)
          const texts = [value, other].map((one) => `{"a":${JSON.stringify(one)}}`)
          const found = make(texts, { filters })
          assert.equal(found[0], texts[0])
          const isSame = JSON.stringify(value) === JSON.stringify(other)
          if (isSame) assert.equal(found.length, 2)
        }),
      )
    })
  })
})
