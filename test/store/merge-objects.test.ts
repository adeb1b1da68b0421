import assert from 'node:assert/strict'
import fc from 'fast-check'
import { mergeObjects } from '../../lib/store/merge-objects.js'

interface Row {
  readonly title: string
  readonly old: string
  readonly patch: string
  readonly options?: { readonly keepNull?: boolean; readonly mergeObjects?: boolean }
  readonly expected: string
}

const ROWS: readonly Row[] = [
  { title: 'nothing over nothing', old: '{}', patch: '{}', expected: '' },
  {
    title: 'the place and the text of what nobody touches',
    old: '{"a" : 1.0,"b":12345678901234567890,"c":[1, 2]}',
    patch: '{"d":-0,"b":1e2}',
    expected: ',"a" : 1.0,"b":1e2,"c":[1, 2],"d":-0',
  },
  {
    title: 'objects inside objects',
    old: '{"a":{"b":{"c":1.50,"d":2},"e":3}}',
    patch: '{"a":{"b":{"d":4,"f":5}}}',
    expected: ',"a":{"b":{"c":1.50,"d":4,"f":5},"e":3}',
  },
  {
    title: 'whole objects without mergeObjects',
    old: '{"a":{"b":1},"c":1}',
    patch: '{"a":{"d":null}}',
    options: { mergeObjects: false },
    expected: ',"a":{"d":null},"c":1',
  },
  {
    title: 'arrays as wholes',
    old: '{"a":[1,2]}',
    patch: '{"a":[{"b":null}]}',
    options: { keepNull: false },
    expected: ',"a":[{"b":null}]',
  },
  {
    title: 'null as a value',
    old: '{"a":1,"b":{"c":1}}',
    patch: '{"a":null,"b":{"c":null},"d":null}',
    expected: ',"a":null,"b":{"c":null},"d":null',
  },
  {
    title: 'no null without keepNull, but those that were there',
    old: '{"a":1,"b":{"c":1,"x":null},"n":null}',
    patch: '{"a":null,"b":{"c":null},"d":null,"e":{"f":null,"g":1}}',
    options: { keepNull: false },
    expected: ',"b":{"x":null},"n":null,"e":{"g":1}',
  },
  {
    title: 'an object over a number, and a number over an object',
    old: '{"a":1,"b":{"c":1}}',
    patch: '{"a":{"x":1},"b":2}',
    expected: ',"a":{"x":1},"b":2',
  },
  {
    title: 'names by what they say, and the last of repeated ones',
    old: '{"\\u0061":1,"b":1,"b":2}',
    patch: '{"a":3,"__proto__":4,"a":5}',
    expected: ',"a":5,"b":2,"__proto__":4',
  },
]

describe('mergeObjects()', () => {
  for (const { title, old, patch, options = {}, expected } of ROWS) {
    it(`keeps ${title}`, () => {
      assert.equal(mergeObjects(old, patch, options), expected)
    })
  }

  it('gives what merging values gives', () => {
    const object = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.oneof(
        fc.integer(),
        fc.constant(null),
        fc.string(),
        fc.dictionary(fc.constantFrom('a', 'b', 'x'), fc.oneof(fc.integer(), fc.constant(null))),
      ),
    )
    fc.assert(
      fc.property(object, object, fc.boolean(), (old, patch, merges) => {
        const text = mergeObjects(JSON.stringify(old), JSON.stringify(patch), {
          mergeObjects: merges,
        })
        const expected = merges ? mergeValues(old, patch) : { ...old, ...patch }
        assert.deepEqual(JSON.parse(`{${text.slice(1)}}`), JSON.parse(JSON.stringify(expected)))
      }),
    )
  })
})

type Values = Readonly<Record<string, unknown>>

function mergeValues(old: Values, patch: Values): Values {
  const merged: Record<string, unknown> = { ...old }
  for (const [name, value] of Object.entries(patch)) {
    const there = merged[name]
    merged[name] = isObject(value) && isObject(there) ? mergeValues(there, value) : value
  }
  return merged
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null
}
