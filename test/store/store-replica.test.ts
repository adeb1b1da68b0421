import assert from 'node:assert/strict'
import type { Source, Target } from '../../lib/replica/index.js'
import { openStore, openStoreSource, openStoreTarget } from '../../lib/store/index.js'
import { parseExactJson } from '../../lib/streams/index.js'
import { tick } from '../../lib/values/index.js'
import { parseCollectionDefinition, type CollectionDefinition } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { documents, documentText } from './support/documents.js'
import { withCode } from './support/with-code.js'

const ORIGIN = { address: 'http://leader:8529', serverId: '7', tick: tick(9n) }

function definitionOf(name: string, guid: string, type: 2 | 3 = 2): CollectionDefinition {
  const parameters = `{"name":"${name}","type":${type},"globallyUniqueId":"${guid}","id":"5"}`
  const value = parseExactJson(`{"parameters":${parameters},"indexes":[]}`)
  return parseCollectionDefinition(value, 'a definition')
}

describe('openStoreTarget()', () => {
  const directory = useTemporaryDirectory()
  const path = (): string => directory.at('store')

  async function fill(work: (target: Target) => Promise<void>): Promise<void> {
    const target = await openStoreTarget(path(), 'shop')
    try {
      await work(target)
    } finally {
      await target.close()
    }
  }

  async function read<Result>(work: (source: Source) => Promise<Result>): Promise<Result> {
    const source = await openStoreSource(path(), 'shop')
    try {
      return await work(source)
    } finally {
      await source.close()
    }
  }

  async function contents(): Promise<Record<string, string[]>> {
    return read(async (source) => {
      const snapshot = await source.openSnapshot()
      const lines: Record<string, string[]> = {}
      for (const { definition, size } of (await snapshot.inventory()).collections) {
        if (definition.isSystem) continue
        let bytes = 0
        const found: string[] = []
        for await (const { chunk, readBytes } of snapshot.dump(definition)) {
          bytes += readBytes
          for (const entry of chunk.entries()) found.push(entry.key)
        }
        assert.deepEqual(size, { documents: found.length, bytes })
        lines[definition.name] = found
      }
      await snapshot.close()
      return lines
    })
  }

  it('makes store and database, and says what it is', async () => {
    await fill(async (target) => {
      assert.equal(target.address, `store:${path()}#shop`)
      assert.equal(target.database, 'shop')
      await Promise.resolve()
    })
    await read(async (source) => {
      assert.equal(source.address, `store:${path()}#shop`)
      const snapshot = await source.openSnapshot()
      assert.ok((snapshot.tick ?? 0n) > 0n)
      assert.match(snapshot.serverId ?? '', /^\d+$/)
      const { properties, collections, views } = await snapshot.inventory()
      assert.deepEqual({ ...properties, id: 'x' }, { id: 'x', name: 'shop', isSystem: false })
      assert.equal(collections.length, 3)
      assert.deepEqual(views, [])
      await snapshot.close()
    })
  })

  it('writes collections that read back as they came', async () => {
    await fill(async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      const edges = await copy.replaceCollection(definitionOf('e', 'h1/2', 3))
      const result = await edges.write(documents(3))
      assert.equal(result.documents, 3)
      const nodes = await copy.replaceCollection(definitionOf('n', 'h1/1'))
      await nodes.createIndexes([
        { id: '4', type: 'persistent', fields: ['a'] },
        { id: '3', type: 'geo', fields: ['b'] },
      ])
      await copy.replaceView({
        name: 'v',
        type: 'arangosearch',
        globallyUniqueId: 'h1/9',
        properties: { name: 'v', type: 'arangosearch', globallyUniqueId: 'h1/9', links: {} },
      })
      await copy.finish()
    })
    assert.deepEqual(await contents(), { n: [], e: ['k0', 'k1', 'k2'] })
    await read(async (source) => {
      const snapshot = await source.openSnapshot()
      const { collections, views, isCopyUnfinished } = await snapshot.inventory()
      assert.equal(isCopyUnfinished, false)
      const nodes = collections.find(({ definition: { name } }) => name === 'n')?.definition
      assert.equal(nodes?.globallyUniqueId, 'h1/1')
      assert.deepEqual(
        nodes.indexes.map(({ id }) => id),
        ['4', '3'],
      )
      assert.deepEqual(views[0]?.properties['links'], {})
      await snapshot.close()
    })
  })

  it('says that a copy is unfinished until it is finished', async () => {
    await fill(async (target) => {
      await (await target.beginCopy(ORIGIN)).replaceCollection(definitionOf('n', 'h1/1'))
    })
    const store = await openStore(path(), { mode: 'read' })
    const shop = store.database('shop')
    assert.ok(shop)
    assert.deepEqual(store.copyMark(shop), ORIGIN)
    await store.close()
    await fill(async (target) => {
      await (await target.beginCopy(ORIGIN)).finish()
    })
    const isUnfinished = await read(async (source) => {
      const snapshot = await source.openSnapshot()
      const { isCopyUnfinished } = await snapshot.inventory()
      await snapshot.close()
      return isCopyUnfinished
    })
    assert.equal(isUnfinished, false)
  })

  it('tells where an unfinished copy comes from', async () => {
    await fill(async (target) => {
      assert.equal(await target.unfinishedCopy(), undefined)
      const copy = await target.beginCopy(ORIGIN)
      assert.deepEqual(await target.unfinishedCopy(), ORIGIN)
      await copy.finish()
      assert.equal(await target.unfinishedCopy(), undefined)
    })
  })

  it('gives a view of what is there', async () => {
    await fill(async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      await copy.replaceCollection(definitionOf('n', 'h1/1'))
      const snapshot = await target.openSnapshot()
      await copy.replaceCollection(definitionOf('later', 'h1/2'))
      const { collections, isCopyUnfinished } = await snapshot.inventory()
      await snapshot.close()
      const names = collections.map(({ definition }) => definition.name)
      assert.deepEqual(
        names.filter((name) => !name.startsWith('_')),
        ['n'],
      )
      assert.equal(isCopyUnfinished, true)
    })
  })

  it('fills and drops collections by their names alone', async () => {
    await fill(async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      for (const [name, guid] of [
        ['a', 'h1/1'],
        ['b', 'h1/2'],
      ] as const) {
        const collection = await copy.replaceCollection(definitionOf(name, guid))
        await collection.write(chunkOf([documentText(`old-${name}`, 0)]))
      }
      const a = await copy.fillCollection('a')
      await a?.write(chunkOf([documentText('new', 1)]))
      for (const other of ['c', 'h1/1', '1', '']) {
        assert.equal(await copy.fillCollection(other), undefined)
        await copy.dropCollection(other)
      }
      await copy.dropCollection('b')
      await copy.finish()
    })
    assert.deepEqual(await contents(), { a: ['old-a', 'new'] })
  })

  it('empties a system collection that is to be dropped', async () => {
    await fill(async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      const graphs = await copy.fillCollection('_graphs')
      await graphs?.write(chunkOf([documentText('one', 0)]))
      await copy.dropCollection('_graphs')
      await copy.finish()
      const snapshot = await target.openSnapshot()
      const { collections } = await snapshot.inventory()
      const found = collections.find(({ definition }) => definition.name === '_graphs')
      assert.equal(found?.size.documents, 0)
      await snapshot.close()
    })
  })

  it('makes nothing when it is told not to', async () => {
    const options = { create: false }
    await assert.rejects(openStoreTarget(path(), 'shop', options), withCode('ERR_STORE_NOT_FOUND'))
    await fill(() => Promise.resolve())
    const missing = openStoreTarget(path(), 'typo', options)
    await assert.rejects(missing, withCode('ERR_DATABASE_NOT_FOUND'))
    await assert.rejects(missing, /^StoreError: .+; there are _system, shop$/)
    const target = await openStoreTarget(path(), 'shop', options)
    await target.close()
  })

  it('replaces a collection of the same id or name, and both at once', async () => {
    await fill(async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      for (const [name, guid] of [
        ['a', 'h1/1'],
        ['b', 'h1/2'],
        ['other', 'h1/3'],
      ] as const) {
        const collection = await copy.replaceCollection(definitionOf(name, guid))
        await collection.write(chunkOf([documentText(`old-${name}`, 0)]))
      }
      const both = await copy.replaceCollection(definitionOf('b', 'h1/1'))
      await both.write(chunkOf([documentText('new', 0)]))
      await copy.finish()
    })
    assert.deepEqual(await contents(), { b: ['new'], other: ['old-other'] })
  })

  it('empties a system collection in place', async () => {
    await fill(async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      for (const key of ['one', 'two']) {
        const graphs = await copy.replaceCollection(definitionOf('_graphs', '_graphs'))
        await graphs.write(chunkOf([documentText(key, 0)]))
      }
      await copy.finish()
    })
    const store = await openStore(path(), { mode: 'read' })
    const shop = store.database('shop')
    assert.ok(shop)
    assert.equal(store.collection(shop, '_graphs')?.documents, 1)
    assert.equal(store.collections(shop).length, 3)
    await store.close()
  })
})

describe('openStoreSource()', () => {
  const directory = useTemporaryDirectory()

  it('refuses a store or a database that is not there', async () => {
    const opening = openStoreSource(directory.at('store'), '_system')
    await assert.rejects(opening, withCode('ERR_STORE_NOT_FOUND'))
    await (await openStoreTarget(directory.at('store'), '_system')).close()
    const other = openStoreSource(directory.at('store'), 'none')
    await assert.rejects(other, withCode('ERR_DATABASE_NOT_FOUND'))
    await assert.rejects(other, /has none of that name; there are _system$/)
    await (await openStoreTarget(directory.at('store'), '_system')).close()
  })

  it('reads while the store is being written, and stops at an abort', async () => {
    const target = await openStoreTarget(directory.at('store'), '_system')
    const copy = await target.beginCopy(ORIGIN)
    const collection = await copy.replaceCollection(definitionOf('n', 'h1/1'))
    await collection.write(documents(5000))
    const source = await openStoreSource(directory.at('store'), '_system')
    const snapshot = await source.openSnapshot()
    await collection.write(documents(100, 10_000))
    const controller = new AbortController()
    const { signal } = controller
    const dump = snapshot.dump(definitionOf('n', 'h1/1'), { signal })[Symbol.asyncIterator]()
    const first = await dump.next()
    assert.equal(first.done, false)
    controller.abort(new Error('enough'))
    await assert.rejects(async () => {
      for (;;) if ((await dump.next()).done === true) return
    }, /enough/)
    const missing = snapshot.dump(definitionOf('none', 'h'))[Symbol.asyncIterator]()
    await assert.rejects(missing.next(), withCode('ERR_COLLECTION_NOT_FOUND'))
    await snapshot.close()
    await source.close()
    await target.close()
  })
})
