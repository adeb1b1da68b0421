import assert from 'node:assert/strict'
import {
  createTransformRunner,
  maskDocuments,
  type CollectionInfo,
  type DocumentTransform,
} from '../../../../lib/streams/transform/index.js'
import type { JsonObject } from '../../../../lib/wire/index.js'
import { chunkOf } from '../../../support/chunk.js'
import { linesOf } from '../../../support/streams.js'
import { applyTo } from '../../../support/transform-context.js'

const SEED = 13_904_078_798_087_883_240n

/** Masks one document with rules for its collection. */
function mask(document: JsonObject, rules: readonly JsonObject[], seed: bigint = SEED): JsonObject {
  const transform = maskDocuments({ c: { type: 'masked', maskings: rules } }, { seed })
  return applyTo(transform, document) as JsonObject
}

describe('maskDocuments() and collections', () => {
  const transform = maskDocuments({
    gone: { type: 'exclude' },
    empty: { type: 'structure' },
    people: { type: 'masked', maskings: [{ path: 'name', type: 'xifyFront' }] },
    open: { type: 'full', maskings: [{ path: '*', type: 'random' }] },
  })
  const info = (name: string): CollectionInfo => ({
    database: undefined,
    name,
    type: 'document',
    isSystem: false,
    parameters: {},
    indexes: [],
  })

  const ask = (asked: DocumentTransform, name: string): unknown => asked.collection?.(info(name))

  it('leaves out, empties, masks or leaves alone what is named', () => {
    assert.equal(ask(transform, 'gone'), false)
    assert.deepEqual(ask(transform, 'empty'), { data: 'none' })
    assert.deepEqual(ask(transform, 'people'), { data: 'transform' })
    assert.deepEqual(ask(transform, 'open'), { data: 'unchanged' })
  })

  it('leaves out what is not named, unless there is a rule for all others', () => {
    assert.equal(ask(transform, 'other'), false)
    assert.equal(ask(transform, 'toString'), false)
    const others = maskDocuments({
      '*': { type: 'full' },
      people: { type: 'exclude' },
    })
    assert.deepEqual(ask(others, 'other'), { data: 'unchanged' })
    assert.equal(ask(others, 'people'), false)
  })

  it('does the same for lines that come without a definition', () => {
    const document = { _key: 'k', name: 'Adam Smith' }
    assert.equal(applyTo(transform, document, 'gone'), undefined)
    assert.equal(applyTo(transform, document, 'empty'), undefined)
    assert.equal(applyTo(transform, document, 'other'), undefined)
    assert.deepEqual(applyTo(transform, document, 'open'), document)
    const masked = { _key: 'k', name: 'xxam xxxth' }
    assert.deepEqual(applyTo(transform, document, 'people'), masked)
  })

  it('refuses lines whose collection is not known', () => {
    assert.throws(() => applyTo(transform, { _key: 'k' }, null), {
      code: 'ERR_TRANSFORM_SETUP',
      message: /that of the lines is not known/,
    })
  })
})

describe('maskDocuments() and paths', () => {
  // The documentation of 3.12 has these documents and what becomes of them.
  it('masks leaves whose path ends so, and items of arrays with the path of the array', () => {
    const document = {
      name: 'top-level-name',
      age: 42,
      nicknames: [{ name: 'hugo' }, 'egon'],
      other: { name: ['emil', { secret: 'superman' }] },
    }
    assert.deepEqual(mask(document, [{ type: 'xifyFront', path: '.name', unmaskedLength: 2 }]), {
      name: 'xxxxxxxxxxxxme',
      age: 42,
      nicknames: [{ name: 'xxgo' }, 'egon'],
      other: { name: ['xxil', { secret: 'superman' }] },
    })
  })

  it('masks arrays in arrays, and no object at the path', () => {
    const rules = [{ path: 'mail', type: 'xifyFront' }]
    const rows: readonly (readonly [unknown, unknown])[] = [
      // The page has one more x here, but not where the same word is in an array.
      ['mail address', 'xxil xxxxxss'],
      [
        ['address one', 'address two', ['address three']],
        ['xxxxxss xne', 'xxxxxss xwo', ['xxxxxss xxxee']],
      ],
      [{ address: 'mail address' }, { address: 'mail address' }],
    ]
    for (const [mail, expected] of rows) {
      assert.deepEqual(mask({ mail }, rules), { mail: expected })
    }
    const inside = [{ path: '.address', type: 'xifyFront' }]
    const masked = { mail: { address: 'xxil xxxxxss' } }
    assert.deepEqual(mask({ mail: { address: 'mail address' } }, inside), masked)
  })

  it('takes the first rule that matches', () => {
    const document = { _key: 'k', address: 'one two', inner: { address: 'three four' } }
    const top = { path: 'address', type: 'xifyFront' }
    const all = { path: '.address', type: 'integer', lower: 7, upper: 7 }
    assert.deepEqual(mask(document, [top, all]), {
      ...document,
      address: 'xne xwo',
      inner: { address: 7 },
    })
    assert.deepEqual(mask(document, [all, top]), { ...document, address: 7, inner: { address: 7 } })
  })

  it('keeps attributes at the top that begin with _ if they are text or integers', () => {
    const document = {
      _key: 'one',
      _id: 'c/one',
      _rev: '_fMI7bzK--B',
      _from: 'c/a',
      _to: 'c/b',
      _own: 'text',
      _number: 12,
      _half: 1.5,
      _flag: true,
      _list: ['text'],
      _inner: { _key: 'text' },
      inner: { _key: 'text' },
    }
    const rules = [{ path: '*', type: 'integer', lower: 0, upper: 0 }]
    assert.deepEqual(mask(document, rules), {
      ...document,
      _half: 0,
      _flag: 0,
      _list: [0],
      _inner: { _key: 0 },
      inner: { _key: 0 },
    })
  })

  it('masks every leaf under any name', () => {
    const document = JSON.parse('{"__proto__":{"a":1},"constructor":"x","a.b":true,"":0}') as object
    const masked = mask(document as JsonObject, [{ path: '*', type: 'xifyFront' }])
    const expected = '{"__proto__":{"a":"xxxx"},"constructor":"x","a.b":"xxxx","":"xxxx"}'
    assert.equal(JSON.stringify(masked), expected)
    assert.equal(({} as JsonObject)['a'], undefined)
  })

  it('masks documents of many shapes', () => {
    const rules = [{ path: '.secret', type: 'integer', lower: 1, upper: 1 }]
    const transform = maskDocuments({ c: { type: 'masked', maskings: rules } })
    for (let index = 0; index < 12_000; index += 1) {
      const document = { [`a${index}`]: { secret: 's' } }
      assert.deepEqual(applyTo(transform, document), { [`a${index}`]: { secret: 1 } })
    }
  })
})

describe('maskDocuments() and lines', () => {
  const definition = {
    c: {
      type: 'masked',
      maskings: [
        { path: 'v', type: 'xifyFront' },
        { path: '.n', type: 'integer', lower: 5, upper: 5 },
      ],
    },
  }
  const info = {
    ...({ database: undefined, name: 'c', type: 'document', isSystem: false } as const),
    parameters: {},
    indexes: [],
  }
  const kept = '"big":9007199254740993,"f":1.0,"o":{"x":-0,"y":[1e400],"z":0.10}'

  it('keeps the bytes of all that is not masked, in both forms and with exact numbers too', async () => {
    const lines = [
      `{"_key":"a","_rev":"r","v":"secret",${kept}}`,
      `{"type":2300,"data":{"_key":"b","v":"secret",${kept}},"more":1.0}`,
      `{"_key":"c",${kept}}`,
      `{"_key":"d","n":9007199254740993,"l":[1.0,{"n":1e400}]}`,
      '{"type":2302,"key":"e"}',
    ]
    const expected = [
      lines[0]?.replace('secret', 'xxxxet'),
      lines[1]?.replace('secret', 'xxxxet'),
      lines[2],
      '{"_key":"d","n":5,"l":[1.0,{"n":5}]}',
      lines[4],
    ]
    for (const numbers of ['native', 'exact'] as const) {
      const runner = createTransformRunner([maskDocuments(definition)], { numbers })
      const { chunks } = await runner.transform(chunkOf(lines), info)
      const masked = linesOf(chunks).map((line) => line.trimEnd())
      // What is beside the document in an envelope is not looked at here.
      assert.deepEqual(masked[0], expected[0])
      assert.deepEqual((JSON.parse(masked[1] as string) as JsonObject)['data'], {
        ...((JSON.parse(lines[1] as string) as JsonObject)['data'] as JsonObject),
        v: 'xxxxet',
      })
      assert.ok(masked[1]?.includes(kept))
      assert.deepEqual(masked.slice(2), expected.slice(2))
    }
  })

  it('leaves lines of collections alone that are not masked', async () => {
    const runner = createTransformRunner([maskDocuments({ c: { type: 'full' } })])
    const chunk = chunkOf(['{ "_key" : "a", "_key" : "b" }', 'no line of a dump'])
    assert.equal((await runner.transform(chunk, info)).chunks[0], chunk)
  })

  it('leaves nothing of attributes that stand twice in a line', async () => {
    const lines = [
      '{"_key":"a","v":"secret","v":"ok"}',
      '{"_key":"b","v":{"n":"secret"},"v":"ok"}',
      '{"_key":"c","o":{"x":"secret","x":1},"f":1.0}',
      '{"_key":"d","o":[{"x":{"y":"secret"},"x":1.0}],"big":9007199254740993}',
      '{"type":2300,"key":"e","data":{"_key":"e","v":"secret","v":"ok","f":1.0}}',
    ]
    for (const numbers of ['native', 'exact'] as const) {
      const runner = createTransformRunner([maskDocuments(definition)], { numbers })
      const masked = linesOf((await runner.transform(chunkOf(lines), info)).chunks)
      assert.deepEqual(masked.slice(0, 4), [
        '{"_key":"a","v":"ok"}\n',
        '{"_key":"b","v":"ok"}\n',
        '{"_key":"c","o":{"x":1},"f":1.0}\n',
        '{"_key":"d","o":[{"x":1.0}],"big":9007199254740993}\n',
      ])
      assert.match(masked[4] as string, /"data":\{"_key":"e","v":"ok","f":1[.]0\}/)
    }
  })
})
