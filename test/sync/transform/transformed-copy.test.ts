import assert from 'node:assert/strict'
import { lastValueFrom, tap } from 'rxjs'
import { openStoreTarget } from '../../../lib/store/index.js'
import {
  fullSync,
  incrementalSync,
  UnfinishedCopyError,
  type SyncEvent,
} from '../../../lib/sync/index.js'
import { createFakeRunner, type FakeTransform } from '../../support/fake-runner.js'
import { createScriptedSource, documentLines } from '../../support/scripted-source.js'
import { finishedOf, useTransformCopies } from '../support/transform-copies.js'

const ID_LINE = '{"_key":"1","_id":"people/1","_rev":"_kmX5mm6-A-"}'

describe('fullSync() with transforms', () => {
  const { at, copy, copied } = useTransformCopies()

  const people = { name: 'people', chunks: [[ID_LINE]] }

  it('changes, drops and multiplies documents, and tells how many there were', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['1', '2']), documentLines(['3', '4'])] },
    ])
    const events = await copy(source, {
      document: ({ _key, _rev }) => {
        if (_key === '2') return []
        if (_key === '3')
          return [
            { _key, _rev },
            { _key: '3b', n: 1 },
          ]
        return [{ _key, _rev, seen: true }]
      },
    })
    const { totals, transformed } = finishedOf(events)
    assert.equal(totals.documents, 4)
    assert.equal(transformed?.documents, 4)
    assert.equal(transformed.dropped, 1)
    const { a = [] } = await copied()
    const keys = a.map((line) => (JSON.parse(line) as { _key: string })._key)
    assert.deepEqual(keys.sort(), ['1', '3', '3b', '4'])
    assert.equal(a.filter((line) => line.includes('"seen":true')).length, 2)
  })

  it('sends documents into collections of the copy, made or not', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [[ID_LINE, ID_LINE.replaceAll('1"', '2"')]] },
      { name: 'knows', type: 3, chunks: [['{"_key":"e","_from":"a/1","_to":"a/2"}']] },
      { name: 'z', chunks: [documentLines(['own'])] },
    ])
    const events = await copy(source, {
      document: (document, info) => {
        if (info?.name === 'knows') return [{ to: 'likes', document }]
        if (document['_key'] === '1') return [{ to: 'z', document }]
        if (document['_key'] === '2') return [{ to: 'new', document }]
        return [document]
      },
    })
    const found = await copied()
    assert.deepEqual(Object.keys(found).sort(), ['a', 'knows (edges)', 'likes (edges)', 'new', 'z'])
    assert.match(String(found['z']), /"_id":"z\/1"/)
    assert.match(String(found['z']), /own/, 'what it has itself stays')
    assert.match(String(found['new']), /"_id":"new\/2"/)
    const { totals, transformed } = finishedOf(events)
    assert.equal(totals.documents, 4)
    assert.deepEqual(transformed?.made, ['new', 'likes'])
    assert.equal(transformed.routed, 3)
  })

  it('puts documents into what is there, and makes nothing, where that is asked for', async () => {
    const two = createScriptedSource([
      { name: 'a', chunks: [documentLines(['1'])] },
      { name: 'b', chunks: [documentLines(['2'])] },
    ])
    await copy(two, {})
    const source = createScriptedSource([{ name: 'a', chunks: [documentLines(['3', '4'])] }])
    const sendTo = (to: string): FakeTransform => ({
      document: (document) => [document['_key'] === '4' ? { to, document } : document],
    })
    await copy(source, sendTo('b'), { definitions: false })
    const found = await copied()
    assert.deepEqual([found['a']?.length, found['b']?.length], [2, 2])
    const error = await copy(source, sendTo('new'), { definitions: false }).catch(
      (reason: unknown) => reason,
    )
    assert.match(String(error), /new" of .*not there/)
  })

  it('tells of documents whose place another one of the same key took', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['1', '2']), documentLines(['3', '4'])] },
      { name: 'b', chunks: [documentLines(['5'])] },
    ])
    const transform: FakeTransform = {
      document: (document, info) =>
        info?.name === 'b' ? [{ to: 'a', document }] : [{ ...document, _key: 'same' }],
    }
    const events = await copy(source, transform)
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))
    const counts = '5 documents were written and 2 are there'
    const reason = 'of several with one _key the last one stays'
    assert.deepEqual(warnings, [`Collection "a": ${counts}, since ${reason}`])
    assert.equal((await copied())['a']?.length, 2)
  })

  it('makes no collection that none can be called', async () => {
    const source = createScriptedSource([{ name: 'a', chunks: [documentLines(['1'])] }])
    const transform: FakeTransform = { document: (document) => [{ to: '../b', document }] }
    const error = await copy(source, transform).catch((one: unknown) => one)
    assert.match(String(error), /documents are sent to "..\/b", which no collection can be called/)
  })

  it('replaces nothing that documents are sent to where nothing is to be replaced', async () => {
    await copy(createScriptedSource([{ name: 'b', chunks: [documentLines(['2'])] }]), {})
    const source = createScriptedSource([{ name: 'a', chunks: [documentLines(['1'])] }])
    const transform: FakeTransform = { document: (document) => [{ to: 'b', document }] }
    const error = await copy(source, transform, { overwrite: false }).catch((one: unknown) => one)
    assert.match(String(error), /"b" into .*not to be replaced/)
    assert.equal((await copied())['b']?.length, 1)
  })

  it('is marked until it ends, and names the document that a transform failed at', async () => {
    const source = createScriptedSource([{ name: 'a', chunks: [documentLines(['1'])] }])
    const error = await copy(source, {
      document: () => {
        throw new Error('no such thing')
      },
    }).catch((reason: unknown) => reason)
    assert.ok(error instanceof UnfinishedCopyError)
    assert.match(error.message, /no such thing/)
    assert.equal(source.log.at(-1), 'close snapshot')
    const target = await openStoreTarget(at('store'), 'db')
    assert.ok((await target.unfinishedCopy()) !== undefined)
    await target.close()
    await copy(source, {})
    assert.equal((await copied())['a']?.length, 1)
  })

  it('leaves the mark of a copy that had more to do', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['1'])] },
      { name: 'b', chunks: [() => Promise.reject(new Error('the wire broke'))] },
    ])
    await assert.rejects(copy(source, {}), UnfinishedCopyError)
    const events = await copy(source, { collection: ({ name }) => name === 'a' && {} })
    assert.match(JSON.stringify(events), /stays marked/)
  })

  it('keeps the order of chunks while several are under way', async () => {
    const keys = ['0', '1', '2', '3', '4', '5']
    const source = createScriptedSource([
      { name: 'a', chunks: keys.map((key) => documentLines([key])) },
    ])
    const release: (() => void)[] = []
    const transform: FakeTransform = {
      chunksInFlight: 3,
      // The first one ends only after the third one has begun.
      before: (index) => {
        if (index === 2) release[0]?.()
        if (index !== 0) return Promise.resolve()
        return new Promise((resolve) => release.push(resolve))
      },
      document: ({ _key }) => [{ _key }],
    }
    const events: SyncEvent[] = []
    const target = await openStoreTarget(at('store'), 'db')
    const runner = createFakeRunner(transform)
    await lastValueFrom(
      fullSync(source, target, { transform: runner }).pipe(tap((event) => events.push(event))),
    )
    await target.close()
    const { a = [] } = await copied()
    const found = a.map((line) => (JSON.parse(line) as { _key: string })._key)
    // Documents without a revision get new ones in the order of their writing.
    assert.deepEqual(found, keys)
  })

  it('refuses to follow, or to compare', async () => {
    const source = createScriptedSource([people])
    const target = await openStoreTarget(at('store'), 'db')
    const transform = createFakeRunner({})
    assert.throws(() => fullSync(source, target, { transform, isFollowed: true }), RangeError)
    assert.throws(() => incrementalSync(source, target, { transform }), RangeError)
    await target.close()
  })
})
