import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createTransformRunner } from '../../lib/streams/index.js'
import {
  documentsOf,
  readDocuments,
  TransformPlanError,
  UnknownCollectionError,
  type CollectionDocument,
  type DocumentsOptions,
} from '../../lib/sync/index.js'
import {
  createScriptedSource,
  documentLines,
  type ScriptedSource,
} from '../support/scripted-source.js'

const BIG = Array.from({ length: 2000 }, (_, index) => `{"_key":"${index}"}`)

describe('documentsOf()', () => {
  function createSource(): ScriptedSource {
    return createScriptedSource([
      { name: 'a', chunks: [documentLines(['1', '2']), documentLines(['3'])] },
      { name: 'b', chunks: [['{"_key":"4","_id":"b/4","n":1.5}']] },
      { name: 'empty', chunks: [] },
      { name: '_users', chunks: [documentLines(['u'])] },
    ])
  }

  /** What a Writable of the user's own is given. */
  async function written(options?: DocumentsOptions): Promise<unknown[]> {
    const seen: unknown[] = []
    const sink = new Writable({
      objectMode: true,
      write({ collection, document }: CollectionDocument, _encoding, done) {
        seen.push(`${collection}/${String(document['_key'])}`)
        setImmediate(done)
      },
    })
    await pipeline(documentsOf(createSource(), options), sink)
    return seen
  }

  it('gives the documents of all collections to a Writable', async () => {
    assert.deepEqual(await written(), ['a/1', 'a/2', 'a/3', 'b/4'])
    assert.deepEqual(await written({ exclude: ['a'], includeSystem: true }), ['b/4', '_users/u'])
  })

  it('gives them as transforms make them, under the names that they get', async () => {
    const transform = createTransformRunner([
      {
        collection: ({ name }) => ({
          name: `${name}2`,
          data: name === 'b' ? 'unchanged' : undefined,
        }),
        document: (document, { route }) => {
          if (document['_key'] === '1') return undefined
          return document['_key'] === '2' ? route('other', document) : document
        },
      },
    ])
    assert.deepEqual(await written({ transform }), ['other/2', 'a2/3', 'b2/4'])
    const ids: unknown[] = []
    for await (const { document } of readDocuments(createSource(), { transform })) {
      if ('_id' in document) ids.push(document['_id'])
    }
    assert.deepEqual(ids, ['b2/4'])
  })

  it('leaves out what is to be left out', async () => {
    const transform = createTransformRunner([
      { collection: ({ name }) => (name === 'a' ? false : { data: 'none' }) },
    ])
    assert.deepEqual(await written({ transform }), [])
    const clash = createTransformRunner([{ collection: () => ({ name: 'one' }) }])
    await assert.rejects(written({ transform: clash }), TransformPlanError)
    await assert.rejects(written({ collections: ['none'] }), UnknownCollectionError)
  })

  it('reads no further than somebody takes, and gives the snapshot back', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [BIG, BIG, BIG, BIG, BIG, BIG, BIG, BIG] },
    ])
    const stream = documentsOf(source)
    for await (const one of stream) {
      assert.deepEqual(one, { collection: 'a', document: { _key: '0' } })
      break
    }
    assert.ok(source.log.filter((line) => line.startsWith('a ')).length < 4, source.log.join())
    if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
    assert.equal(source.log.at(-1), 'close snapshot')
  })

  it('fails with the source, and with the Writable', async () => {
    const broken = createScriptedSource([
      { name: 'a', chunks: [() => Promise.reject(new Error('the wire broke'))] },
    ])
    const write = (_one: unknown, _encoding: string, done: () => void): void => {
      done()
    }
    const sink = new Writable({ objectMode: true, write })
    await assert.rejects(pipeline(documentsOf(broken), sink), /the wire broke/)
    assert.equal(broken.log.at(-1), 'close snapshot')
    const full = new Writable({
      objectMode: true,
      write(_one, _encoding, done) {
        done(new Error('the sink is full'))
      },
    })
    const source = createSource()
    await assert.rejects(pipeline(documentsOf(source), full), /the sink is full/)
  })

  it('ends when it is aborted', async () => {
    const controller = new AbortController()
    const source = createSource()
    const documents = readDocuments(source, { signal: controller.signal })
    await documents.next()
    controller.abort(new Error('enough'))
    const rest = (async (): Promise<void> => {
      while ((await documents.next()).done !== true);
    })()
    await assert.rejects(rest, /enough/)
    assert.equal(source.log.at(-1), 'close snapshot')
  })
})
