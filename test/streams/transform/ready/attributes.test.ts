import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  flatten,
  project,
  removeAttributes,
  renameAttributes,
  setAttributes,
} from '../../../../lib/streams/transform/index.js'
import type { JsonObject } from '../../../../lib/wire/index.js'
import { applyReady } from '../../../support/ready-made.js'
import { applyTo } from '../../../support/transform-context.js'

describe('project()', () => {
  const document = {
    z: 0,
    _key: 'k',
    _rev: 'r',
    name: 'n',
    address: { street: 's', city: { name: 'c', zip: 1 } },
    items: [{ price: 1, id: 2 }, 'x', [{ price: 3 }], {}],
  }

  it('keeps paths in the order of the document, and the attributes of the system', () => {
    const rows: readonly (readonly [string[], JsonObject])[] = [
      [['name'], { _key: 'k', _rev: 'r', name: 'n' }],
      [['name', 'z'], { z: 0, _key: 'k', _rev: 'r', name: 'n' }],
      [['address.city.zip'], { _key: 'k', _rev: 'r', address: { city: { zip: 1 } } }],
      [['address', 'address.street'], { _key: 'k', _rev: 'r', address: document.address }],
      [['items.price'], { _key: 'k', _rev: 'r', items: [{ price: 1 }, [{ price: 3 }], {}] }],
      [['name.first', 'none', 'toString'], { _key: 'k', _rev: 'r' }],
      [['_rev.x'], { _key: 'k', _rev: 'r' }],
    ]
    for (const [paths, expected] of rows) {
      const projected = applyTo(project(paths), document)
      assert.equal(JSON.stringify(projected), JSON.stringify(expected), String(paths))
    }
  })

  it('keeps of the system what it is told to', () => {
    const keyOnly = project(['name'], { keep: ['_key'] })
    assert.deepEqual(applyTo(keyOnly, document), { _key: 'k', name: 'n' })
  })

  it('takes names of any kind', () => {
    const odd = JSON.parse('{"__proto__":{"a":1,"b":2},"x.y":3}') as JsonObject
    const projected = applyTo(project([['__proto__', 'a'], '"x.y"']), odd)
    assert.equal(JSON.stringify(projected), '{"__proto__":{"a":1},"x.y":3}')
    assert.throws(() => project([[]]), RangeError)
  })
})

describe('removeAttributes()', () => {
  it('removes attributes where they are', () => {
    const document = { a: 1, o: { a: 1, b: { c: 1, d: 2 } }, l: [{ a: 1 }, [{ a: 2, b: 3 }], 7] }
    const removed = applyTo(removeAttributes(['a', 'o.b.c', 'l.a', 'none.x', 'a.b']), document)
    assert.deepEqual(removed, { o: { a: 1, b: { d: 2 } }, l: [{}, [{ b: 3 }], 7] })
  })
})

describe('renameAttributes()', () => {
  it('gives new names at the old places', () => {
    const document = { a: 1, c: { x: 0, d: 2, y: 0 }, l: [{ d: 3, e: 4 }, 5, [{ d: 6 }]], z: 0 }
    const renames = [
      ['a', 'b'],
      ['c.d', 'e'],
      ['l.d', 'new name'],
      ['none', 'x'],
      ['z.y', 'x'],
      ['z', 'z'],
    ] as const
    const renamed = applyTo(renameAttributes(renames), document)
    const expected =
      '{"b":1,"c":{"x":0,"e":2,"y":0},"l":[{"new name":3,"e":4},5,[{"new name":6}]],"z":0}'
    assert.equal(JSON.stringify(renamed), expected)
  })

  it('refuses to lose an attribute', () => {
    const document = { o: { a: 1, b: 2 } }
    assert.throws(() => applyTo(renameAttributes([['o.a', 'b']]), document), {
      message: 'Cannot rename "o.a": there is a "o.b" already',
    })
    const swapped = renameAttributes([
      ['o.a', 'c'],
      ['o.b', 'a'],
      ['o.c', 'b'],
    ])
    assert.deepEqual(applyTo(swapped, document), { o: { b: 1, a: 2 } })
  })

  it('reads names in quotes', async () => {
    const renamed = await applyReady('rename:"a.b"="c=d", x."y z" = z', {
      'a.b': 1,
      x: { 'y z': 2 },
    })
    assert.deepEqual(renamed, { 'c=d': 1, x: { z: 2 } })
  })
})

describe('setAttributes()', () => {
  it('sets values of any kind, and makes objects on the way', async () => {
    const spec = 'set:a=1,b.c="x,y=z", d.e.f = {"g":[1,"]"]},h=null,l.n=true'
    assert.deepEqual(await applyReady(spec, { a: 0, b: { k: 1 }, l: [{ n: 0 }, [{}]] }), {
      a: 1,
      b: { k: 1, c: 'x,y=z' },
      l: [{ n: true }, [{ n: true }]],
      d: { e: { f: { g: [1, ']'] } } },
      h: null,
    })
  })

  it('gives each document a value of its own', () => {
    const transform = setAttributes([['a', { list: [] as unknown[] }]])
    const first = applyTo(transform, {}) as { readonly a: { readonly list: unknown[] } }
    first.a.list.push(1)
    assert.deepEqual(applyTo(transform, {}), { a: { list: [] } })
  })

  it('refuses to go through what is no object', () => {
    for (const value of ['text', 7, null]) {
      assert.throws(() => applyTo(setAttributes([['a.b.c', 1]]), { a: { b: value } }), {
        message: 'Cannot set "a.b.c": "a.b" is no object',
      })
    }
  })

  it('makes __proto__ an attribute as any other', () => {
    const changed = applyTo(setAttributes([['__proto__', { x: 1 }]]), {}) as JsonObject
    assert.equal(JSON.stringify(changed), '{"__proto__":{"x":1}}')
    assert.equal(changed['x'], undefined)
  })
})

describe('flatten()', () => {
  it('lifts attributes to the top', async () => {
    const document = { _key: 'k', a: { b: 1, c: { d: [{ e: 2 }], f: {} } }, g: [] }
    assert.deepEqual(await applyReady('flatten', document), {
      _key: 'k',
      'a.b': 1,
      'a.c.d': [{ e: 2 }],
      'a.c.f': {},
      g: [],
    })
    const underlined = await applyReady('flatten:__', { a: { b: 1 } })
    assert.deepEqual(underlined, { a__b: 1 })
  })

  it('refuses to lose an attribute', () => {
    assert.throws(() => applyTo(flatten(), { 'a.b': 1, a: { b: 2 } }), {
      message: 'Cannot flatten: two attributes come to have one name',
    })
  })

  it('loses no leaf', () => {
    const leaves = (value: unknown): unknown[] => {
      const isInner = typeof value === 'object' && value !== null && !Array.isArray(value)
      const inner = isInner ? Object.values(value) : []
      return inner.length === 0 ? [JSON.stringify(value)] : inner.flatMap(leaves)
    }
    const documents = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 4 }), {
      minKeys: 1,
    })
    fc.assert(
      fc.property(documents, (object) => {
        const document = JSON.parse(JSON.stringify(object)) as JsonObject
        const flat = applyTo(flatten({ separator: '\u0000' }), document) as JsonObject
        const lifted = Object.values(flat).map((value) => JSON.stringify(value))
        assert.deepEqual(lifted.toSorted(), leaves(document).toSorted())
      }),
    )
  })
})
