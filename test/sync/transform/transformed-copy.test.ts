import assert from 'node:assert/strict'
import { lastValueFrom, tap, toArray } from 'rxjs'
import { openStoreSource, openStoreTarget } from '../../../lib/store/index.js'
import {
  fullSync,
  incrementalSync,
  TransformPlanError,
  UnfinishedCopyError,
  type FullSyncOptions,
  type SyncEvent,
  type SyncFinished,
} from '../../../lib/sync/index.js'
import type { Source } from '../../../lib/replica/index.js'
import { createFakeRunner, type FakeTransform } from '../../support/fake-runner.js'
import { createScriptedSource, documentLines } from '../../support/scripted-source.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

const ID_LINE = '{"_key":"1","_id":"people/1","_rev":"_kmX5mm6-A-"}'

describe('fullSync() with transforms', () => {
  const { at } = useTemporaryDirectory()

  async function copy(
    source: Source,
    transform: FakeTransform,
    options: FullSyncOptions = {},
  ): Promise<SyncEvent[]> {
    const target = await openStoreTarget(at('store'), 'db')
    const runner = createFakeRunner(transform)
    try {
      return await lastValueFrom(
        fullSync(source, target, { ...options, transform: runner }).pipe(toArray()),
      )
    } finally {
      await target.close()
    }
  }

  function finishedOf(events: readonly SyncEvent[]): SyncFinished {
    const last = events.at(-1)
    assert.ok(last?.kind === 'finished')
    return last
  }

  /** The texts of the documents of each collection that the target has. */
  async function copied(): Promise<Record<string, string[]>> {
    const source = await openStoreSource(at('store'), 'db')
    const found: Record<string, string[]> = {}
    try {
      const snapshot = await source.openSnapshot()
      const { collections } = await snapshot.inventory()
      for (const { definition } of collections) {
        if (definition.isSystem) continue
        const lines: string[] = []
        for await (const { chunk } of snapshot.dump(definition)) {
          lines.push(...chunk.buffer.toString().trimEnd().split('\n'))
        }
        found[`${definition.name}${definition.type === 3 ? ' (edges)' : ''}`] = lines
      }
      await snapshot.close()
      return found
    } finally {
      await source.close()
    }
  }

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

  it('renames collections, and the _id of their documents with them', async () => {
    const source = createScriptedSource([people])
    const events = await copy(source, {
      collection: ({ name }) => ({ name: `${name}_masked` }),
      document: (document) => [{ ...document, name: 'x' }],
    })
    const { transformed, collections } = finishedOf(events)
    assert.deepEqual(transformed?.renamed, [{ from: 'people', to: 'people_masked' }])
    assert.deepEqual(
      collections.map(({ name }) => name),
      ['people_masked'],
    )
    const { people_masked: lines = [] } = await copied()
    assert.match(lines.join(), /"_id":"people_masked\/1".*"name":"x"/)
  })

  it('keeps an earlier copy of a renamed collection', async () => {
    await copy(createScriptedSource([people]), {})
    await copy(createScriptedSource([people]), { collection: () => ({ name: 'second' }) })
    assert.deepEqual(Object.keys(await copied()).sort(), ['people', 'second'])
  })

  it('leaves documents alone, or out, where that is planned', async () => {
    const source = createScriptedSource([
      { name: 'as_is', chunks: [documentLines(['1'])] },
      { name: 'empty', chunks: [documentLines(['1'])] },
      { name: 'gone', chunks: [documentLines(['1'])] },
    ])
    const events = await copy(source, {
      collection: ({ name }) => {
        if (name === 'gone') return false
        return { data: name === 'empty' ? 'none' : 'unchanged' }
      },
      document: () => assert.fail('no document is to be transformed'),
    })
    const found = await copied()
    assert.deepEqual(Object.keys(found).sort(), ['as_is', 'empty'])
    assert.equal(found['as_is']?.length, 1)
    assert.deepEqual(found['empty'], [])
    assert.deepEqual(finishedOf(events).transformed?.leftOut, ['gone'])
    const read = source.log.filter((line) => / \d$/.test(line))
    assert.deepEqual(read, ['as_is 0'], 'nothing else is read')
  })

  it('exchanges names', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['of-a'])] },
      { name: 'b', chunks: [documentLines(['of-b'])] },
    ])
    await copy(source, { collection: ({ name }) => ({ name: name === 'a' ? 'b' : 'a' }) })
    const found = await copied()
    assert.match(String(found['a']), /of-b/)
    assert.match(String(found['b']), /of-a/)
  })

  it('touches nothing when two collections would have one name', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['1'])] },
      { name: 'b', chunks: [] },
    ])
    await copy(source, {})
    for (const name of ['b', '', 'x/y']) {
      const error = await copy(source, {
        collection: (info) => (info.name === 'a' ? { name } : undefined),
      }).catch((reason: unknown) => reason)
      assert.ok(error instanceof TransformPlanError, name)
      assert.match(error.message, /^Cannot transform the collections of scripted:: "a" /)
    }
    assert.equal((await copied())['a']?.length, 1)
    const source2 = await openStoreTarget(at('store'), 'db')
    assert.equal(await source2.unfinishedCopy(), undefined)
    await source2.close()
  })

  it('refuses what is no definition before anything is touched', async () => {
    const error = await copy(createScriptedSource([people]), {
      collection: () => ({ parameters: { type: 7 } }),
    }).catch((reason: unknown) => reason)
    assert.ok(error instanceof TransformPlanError)
    assert.match(error.message, /collection "people".*type/)
  })

  it('gives collections other definitions', async () => {
    const index = { type: 'persistent', fields: ['n'], id: '7', name: 'by_n' }
    await copy(createScriptedSource([people]), {
      collection: () => ({ parameters: { waitForSync: true }, indexes: [index] }),
    })
    const source = await openStoreSource(at('store'), 'db')
    const snapshot = await source.openSnapshot()
    const { collections } = await snapshot.inventory()
    const found = collections.find(({ definition }) => definition.name === 'people')?.definition
    assert.equal(found?.parameters['waitForSync'], true)
    assert.equal(found.globallyUniqueId, 'g/people', 'it is the same collection')
    assert.deepEqual(
      found.indexes.map(({ name }) => name),
      ['by_n'],
    )
    await snapshot.close()
    await source.close()
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

  it('makes views name what collections are called, and warns of links that go', async () => {
    const properties = { links: { a: { includeAllFields: true }, gone: {}, other: {} } }
    const view = { name: 'v', type: 'arangosearch', globallyUniqueId: undefined, properties }
    const source = createScriptedSource(
      [
        { name: 'a', chunks: [] },
        { name: 'gone', chunks: [] },
      ],
      [view],
    )
    const events = await copy(source, {
      collection: ({ name }) => (name === 'gone' ? false : { name: 'b' }),
    })
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))
    assert.deepEqual(warnings, [
      'view "v" no longer names collection "gone", which transforms left out',
    ])
    const opened = await openStoreSource(at('store'), 'db')
    const snapshot = await opened.openSnapshot()
    const { views } = await snapshot.inventory()
    assert.deepEqual(views[0]?.properties['links'], { b: { includeAllFields: true }, other: {} })
    await snapshot.close()
    await opened.close()
  })
})
