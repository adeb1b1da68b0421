import assert from 'node:assert/strict'
import {
  createTransformRunner,
  type CollectionChange,
  type CollectionInfo,
  type DocumentContext,
  type DocumentTransform,
} from '../../../lib/streams/transform/index.js'
import { chunkOf } from '../../support/chunk.js'
import { infoOf, textsOf, transformLines } from '../../support/transform-lines.js'

const LINES = ['{"_key":"a" ,"n":0}', '{"_key":"b" ,"n":1}']

/** A transform that says something of collections, and marks documents with their collection. */
function changing(change: (info: CollectionInfo) => CollectionChange | false | undefined): {
  readonly transform: DocumentTransform
  readonly asked: string[]
} {
  const asked: string[] = []
  const transform: DocumentTransform = {
    collection: (info) => {
      asked.push(info.name)
      return change(info)
    },
    document: (document, { collection }) => ({ ...document, in: collection }),
  }
  return { transform, asked }
}

describe('plan() puts together what transforms want of a collection', () => {
  it('a rename by the first is what the second sees', async () => {
    const first = changing(({ name }) => ({ name: `${name}1` }))
    const second = changing(({ name }) => ({ name: `${name}2` }))
    const runner = createTransformRunner([first.transform, second.transform])
    const plan = runner.plan(infoOf('users'))
    assert.deepEqual(plan, {
      ...{ name: 'users12', data: 'transform', parameters: undefined, indexes: undefined },
    })
    const { lines } = textsOf(await runner.transform(chunkOf(['{"_key":"a"}']), infoOf('users')))
    assert.deepEqual(lines, ['{"_key":"a","in":"users1"}'])
    assert.deepEqual([first.asked, second.asked], [['users'], ['users1']])
  })

  it('parameters are put in place of those with the same names, indexes of all', () => {
    const info = { ...infoOf('users'), parameters: { a: 1, b: 2 }, indexes: [{ id: '1' }] }
    const first = changing(() => ({ parameters: { b: 3 } }))
    const second = changing(({ parameters }) => ({ parameters: { seen: parameters['b'] } }))
    const third = changing(({ indexes }) => ({ indexes: [...indexes, { id: '2' }] }))
    const transforms = [first, second, third].map(({ transform }) => transform)
    assert.deepEqual(createTransformRunner(transforms).plan(info), {
      ...{ name: 'users', data: 'transform', parameters: { a: 1, b: 3, seen: 3 } },
      indexes: [{ id: '1' }, { id: '2' }],
    })
  })

  it('one that leaves it out ends the question', async () => {
    const first = changing(() => false)
    const second = changing(() => undefined)
    const runner = createTransformRunner([first.transform, second.transform])
    assert.equal(runner.plan(infoOf('users')), undefined)
    assert.deepEqual(second.asked, [])
    const { chunks } = await runner.transform(chunkOf(LINES), infoOf('users'))
    assert.deepEqual([chunks, runner.counts.dropped], [[], 2])
  })

  it('each database has collections of its own', () => {
    const one = changing(({ database }) => ({ name: `of-${String(database)}` }))
    const runner = createTransformRunner([one.transform])
    const names = ['a', 'b', 'a'].map((database) => runner.plan(infoOf('users', database))?.name)
    assert.deepEqual([names, one.asked.length], [['of-a', 'of-b', 'of-a'], 2])
  })

  const document: DocumentTransform['document'] = (found) => ({ ...found, x: 1 })
  const rows: [string, readonly DocumentTransform[], string, number][] = [
    ['transforms without document()', [{}, {}], 'unchanged', 2],
    ['data that stays', [{ document, collection: () => ({ data: 'unchanged' }) }], 'unchanged', 2],
    ['no data', [{ document, collection: () => ({ data: 'none' }) }], 'none', 0],
    ['no data later', [{ document }, { collection: () => ({ data: 'none' }) }], 'none', 0],
    ['data by default', [{ document, collection: () => undefined }, {}], 'transform', 2],
  ]
  for (const [title, transforms, data, left] of rows) {
    it(`${title}: ${data}`, async () => {
      const runner = createTransformRunner(transforms)
      assert.equal(runner.plan(infoOf('users'))?.data, data)
      const { lines } = textsOf(await runner.transform(chunkOf(LINES), infoOf('users')))
      assert.equal(lines.length, left)
      assert.equal(lines.includes(LINES[0] as string), data === 'unchanged')
      assert.equal(runner.counts.documents, 2)
    })
  }

  it('says which transform and collection an error is of', () => {
    const thrown = changing(() => {
      throw new RangeError('no')
    })
    assert.throws(() => createTransformRunner([thrown.transform]).plan(infoOf('users')), {
      code: 'ERR_TRANSFORM_SETUP',
      message:
        'Cannot apply the transform "document()": its collection() threw RangeError for collection "users"',
    })
    const unnamed = changing(() => ({ name: '' }))
    const runner = createTransformRunner([unnamed.transform])
    assert.throws(() => runner.plan(infoOf('users')), /gave a name that is no text/)
  })

  it('rejects at a chunk of a collection that was not asked about before', async () => {
    const unnamed = changing(() => ({ name: 5 as never }))
    const runner = createTransformRunner([unnamed.transform])
    await assert.rejects(runner.transform(chunkOf(LINES), infoOf('users')), /no text/)
  })
})

describe('context tells where a document comes from', () => {
  it('as far as it is known', async () => {
    const seen: unknown[] = []
    const look: DocumentTransform['document'] = (document, context) => {
      const { database, collection, type, lineNumber, source } = context
      seen.push([database, collection, type, lineNumber, source])
      return document
    }
    await transformLines(LINES, look, {}, { ...infoOf('knows'), type: 'edge' })
    await transformLines(LINES.slice(1), look)
    // It says the same later, when the next documents have come.
    const later: DocumentContext[] = []
    const keep: DocumentTransform['document'] = (document, context) => {
      later.push(context)
      return document
    }
    await transformLines(LINES, keep)
    assert.deepEqual(
      later.map(({ lineNumber }) => lineNumber),
      [1, 2],
    )
    assert.deepEqual(seen, [
      ['shop', 'knows', 'edge', 1, 'f'],
      ['shop', 'knows', 'edge', 2, 'f'],
      [undefined, undefined, undefined, 1, 'f'],
    ])
  })
})

describe('route() sends documents into other collections', () => {
  const split: DocumentTransform['document'] = (document, { route }) =>
    document['n'] === 1 ? route('ones', document) : document

  it('as they came, or changed, and counts them', async () => {
    const { lines, routed, counts } = await transformLines(LINES, split, {}, infoOf('users'))
    assert.deepEqual([lines, routed], [[LINES[0]], { ones: [LINES[1]] }])
    assert.deepEqual([counts.routed, counts.unchanged, counts.changed], [1, 1, 1])
  })

  it('several of one, each with the revision where it is the first', async () => {
    const line = '{"_key":"a","_rev":"_x"}'
    const { lines, routed, counts } = await transformLines(
      [line],
      function* (document, context) {
        yield context.route('copies', document)
        yield document
        yield context.route('copies', { ...document, n: 1 })
        yield context.route('users', { ...document, n: 2 })
      },
      {},
      infoOf('users'),
    )
    assert.deepEqual(lines, [line, '{"_key":"a","n":2}'])
    assert.deepEqual(routed, { copies: [line, '{"_key":"a","n":1}'] })
    assert.deepEqual([counts.routed, counts.added, counts.changed], [2, 3, 1])
  })

  it('which later transforms see under their names there', async () => {
    const first: DocumentTransform = { document: split }
    const second = changing(({ name }) => (name === 'gone' ? false : { name: name.toUpperCase() }))
    const runner = createTransformRunner([first, second.transform])
    runner.plan(infoOf('users'))
    const { lines, routed } = textsOf(await runner.transform(chunkOf(LINES), infoOf('users')))
    assert.deepEqual(lines, ['{"_key":"a","n":0,"in":"users"}'])
    assert.deepEqual(routed, { ONES: ['{"_key":"b","n":1,"in":"ones"}'] })
    assert.deepEqual(second.asked, ['users', 'ones'])
    const gone: DocumentTransform = { document: (d, { route }) => route('gone', d) }
    const dropped = await transformLines(LINES, [gone, second.transform], {}, infoOf('users'))
    assert.deepEqual([dropped.routed, dropped.counts.dropped], [{}, 2])
  })

  it('those of the copy where there are such, under the name that they get', async () => {
    const second = changing(({ name, parameters }) => ({
      name: `${name}-${String(parameters['n'])}`,
    }))
    const runner = createTransformRunner([{ document: split }, second.transform])
    runner.plan({ ...infoOf('ones'), parameters: { n: 5 } })
    const other = { ...infoOf('ones', 'other'), parameters: { n: 6 } }
    runner.plan(other)
    const { routed } = textsOf(await runner.transform(chunkOf(LINES), infoOf('users')))
    assert.deepEqual(Object.keys(routed), ['ones-5'])
  })

  it('also from lines of no collection, and later', async () => {
    const later: DocumentTransform['document'] = async (document, { route }) => {
      await Promise.resolve()
      return [route('x', document), route('y', document)]
    }
    const { lines, routed } = await transformLines([LINES[0] as string], later)
    assert.deepEqual([lines, routed], [[], { x: [LINES[0]], y: [LINES[0]] }])
  })
})
