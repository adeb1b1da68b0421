import assert from 'node:assert/strict'
import { bucketWidth, MerkleTree } from '../../lib/merkle/index.js'
import { encodeRevision, parseRevision, revision } from '../../lib/values/index.js'
import { minRevisionOf } from '../../lib/wire/index.js'
import type { Store, StoreCollection } from '../../lib/store/index.js'
import { chunkOf } from '../support/chunk.js'
import {
  documents,
  documentText,
  makeCollection,
  reread,
  revisionText,
  systemOf,
} from './support/documents.js'
import { readMarkers } from './support/markers.js'
import { checkTree, checkTreeIn, pagesOf } from './support/trees.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

function line(key: string, value: bigint): string {
  return `{"_key":"${key}","_rev":"${encodeRevision(revision(value), { pad: true })}"}`
}

/** Makes a collection whose definition says where its tree begins. */
function makeWithStart(store: Store, minRevision: unknown, name = 'c'): Promise<StoreCollection> {
  const parameters = { name, type: 2, minRevision }
  return store.createCollection(systemOf(store), { name, type: 2, parameters })
}

describe('StoreSnapshot.tree()', () => {
  const { open, withTables } = useStore()

  it('is empty at first, and begins where the clock was', async () => {
    const nowMs = Date.now()
    const store = await open({ now: () => nowMs })
    const collection = await makeCollection(store)
    const tree = await checkTree(store, collection)
    assert.equal(tree.count, 0)
    assert.equal(tree.depth, 6)
    assert.equal(tree.rangeMin >> 20n, BigInt(nowMs))
    assert.ok(tree.rangeMin < store.lastTick)
    assert.equal(tree.rangeMax, tree.rangeMin + 2n ** 24n)
  })

  it('holds what was loaded, whatever the order', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(2500))
    const tree = await checkTree(store, collection)
    assert.equal(tree.count, 2500)
    assert.equal(tree.initialRangeMin, parseRevision(revisionText(0)))
    const backwards = await makeCollection(store, { name: 'backwards' })
    for (const from of [2000, 1000, 0]) await store.applyChunk(backwards, documents(1000, from))
    assert.equal((await checkTree(store, backwards)).count, 3000)
  })

  it('follows replaced and removed documents, and leaves repeated ones alone', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(10))
    const { hash } = await checkTree(store, collection)
    await store.applyChunk(collection, documents(10))
    assert.equal((await checkTree(store, collection)).hash, hash)
    await store.applyChunk(collection, chunkOf([documentText('k3', 77)]))
    assert.notEqual((await checkTree(store, collection)).hash, hash)
    // Away and back within one write.
    const removal = '{"type":2302,"data":{"_key":"k3"}}'
    await store.applyChunk(collection, chunkOf([removal, documentText('k3', 3), removal]))
    assert.equal((await checkTree(store, collection)).count, 9)
    await store.applyChunk(collection, chunkOf([documentText('k3', 3)]))
    assert.equal((await checkTree(store, collection)).hash, hash)
    await store.insert(collection, '{"a":1}')
    assert.equal((await checkTree(store, collection)).count, 11)
  })

  it('keeps no page of an empty tree', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(200))
    const removals = Array.from({ length: 200 }, (_, index) => `{"type":2302,"key":"k${index}"}`)
    await store.applyChunk(collection, chunkOf(removals))
    const tree = await checkTree(store, collection)
    assert.equal(tree.populatedCount, 0)
    await store.close()
    const pages = await withTables((tables) => pagesOf(tables, collection.space))
    assert.deepEqual(pages, [])
  })

  it('has documents whose revision is made here, and those that got another one', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const twice = [documentText('a', 0), documentText('b', 0), '{"_key":"c"}']
    const { replacedRevisions } = await store.applyChunk(collection, chunkOf(twice))
    assert.equal(replacedRevisions, 2)
    assert.equal((await checkTree(store, collection)).count, 3)
  })

  it('does not hold a revision of 2^63 or more, which is replaced', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const lines = [line('a', 2n ** 63n), line('b', 2n ** 63n - 1n), line('c', 2n ** 64n - 2n)]
    const { replacedRevisions } = await store.applyChunk(collection, chunkOf(lines))
    assert.equal(replacedRevisions, 2)
    assert.equal((await checkTree(store, collection)).count, 3)
  })

  it('is that of its snapshot, whatever is written later', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(5))
    const snapshot = await store.openSnapshot()
    const [before, empty] = [reread(store, collection), await makeCollection(store, { name: 'd' })]
    await store.applyChunk(collection, documents(500, 1))
    await store.truncateCollection(collection)
    await store.applyChunk(collection, documents(3))
    assert.equal((await checkTreeIn(snapshot, before)).count, 5)
    assert.equal((await checkTree(store, collection)).count, 3)
    await assert.rejects(snapshot.tree(empty), withCode('ERR_COLLECTION_NOT_FOUND'))
    snapshot.close()
    await assert.rejects(snapshot.tree(before), withCode('ERR_SNAPSHOT_CLOSED'))
  })

  it('keeps its range when the collection is emptied', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(50))
    const { shape } = await checkTree(store, collection)
    await store.truncateCollection(collection)
    const emptied = await checkTree(store, collection)
    assert.deepEqual(emptied.shape, shape)
    assert.equal(emptied.populatedCount, 0)
    await store.applyChunk(collection, documents(10, 20))
    assert.equal((await checkTree(store, collection)).count, 10)
  })
})

describe('the start of a tree', () => {
  const { open, withTables } = useStore()

  it('is what the definition says, which stays as it was written', async () => {
    const store = await open()
    const given: readonly (readonly [unknown, bigint])[] = [
      [1667750939696562176n, 1667750939696562176n],
      [revisionText(5), parseRevision(revisionText(5))],
      [0, 0n],
      ['', 0n],
    ]
    for (const [index, [minRevision, start]] of given.entries()) {
      const collection = await makeWithStart(store, minRevision, `c${index}`)
      assert.equal(minRevisionOf(collection.definition), start)
      assert.equal(String(collection.definition.parameters['minRevision']), String(minRevision))
      await store.applyChunk(collection, documents(20, 100))
      const tree = await checkTree(store, collection)
      assert.equal(tree.initialRangeMin, start)
      assert.equal(
        reread(store, collection).definition.parameters['minRevision'],
        collection.definition.parameters['minRevision'],
      )
    }
  })

  it('is the clock where the definition says nothing that can be', async () => {
    const store = await open()
    for (const [index, minRevision] of [2n ** 63n, 'not one', null, -1].entries()) {
      const collection = await makeWithStart(store, minRevision, `c${index}`)
      const start = (await checkTree(store, collection)).initialRangeMin
      assert.equal(minRevisionOf(collection.definition), start)
      assert.ok(start > parseRevision(revisionText(0)))
    }
  })

  it('moves to the lowest revision of the first write, and stays there', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const lines = [7, 4, 9].map((number) => documentText(`k${number}`, number))
    await store.applyChunk(collection, chunkOf(lines))
    const start = parseRevision(revisionText(4))
    assert.equal((await checkTree(store, collection)).initialRangeMin, start)
    assert.equal(reread(store, collection).definition.parameters['minRevision'], revisionText(4))
    await store.applyChunk(collection, chunkOf([documentText('k0', 0)]))
    const grown = await checkTree(store, collection)
    assert.equal(grown.initialRangeMin, start)
    assert.ok(grown.rangeMin < start)
    await store.truncateCollection(collection)
    await store.applyChunk(collection, chunkOf([documentText('k0', 1)]))
    assert.equal((await checkTree(store, collection)).initialRangeMin, start)
  })

  it('does not move for a write that comes later than that of a document made here', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const start = (await checkTree(store, collection)).initialRangeMin
    await store.insert(collection, '{}')
    await store.applyChunk(collection, documents(3))
    assert.equal((await checkTree(store, collection)).initialRangeMin, start)
  })

  it('does not move to a later revision', async () => {
    const store = await open({ now: () => 1000 })
    const collection = await makeCollection(store)
    const start = (await checkTree(store, collection)).initialRangeMin
    await store.applyChunk(collection, documents(3))
    assert.equal((await checkTree(store, collection)).initialRangeMin, start)
  })

  it('is 0 once no range from it holds a revision', async () => {
    const store = await open()
    const collection = await makeWithStart(store, revisionText(0))
    await store.applyChunk(collection, documents(1500))
    await store.applyChunk(collection, chunkOf([line('old', 5951n)]))
    const tree = await checkTree(store, collection)
    assert.equal(tree.count, 1501)
    assert.equal(tree.initialRangeMin, 0n)
    const { definition } = reread(store, collection)
    assert.equal(definition.parameters['minRevision'], '-----------')
    await store.applyChunk(collection, chunkOf([line('older', 1n), line('late', 2n ** 63n - 1n)]))
    const widest = await checkTree(store, collection)
    assert.deepEqual([widest.rangeMin, widest.rangeMax], [0n, 2n ** 63n])
    assert.equal(bucketWidth(widest.shape), 2n ** 45n)
  })

  it('is the same in a copy of the definition', async () => {
    const store = await open()
    const leader = await makeCollection(store)
    await store.applyChunk(leader, documents(100))
    const { definition } = reread(store, leader)
    const other = await store.createDatabase('other')
    const follower = await store.createCollection(other, definition)
    await store.applyChunk(follower, documents(50, 50))
    await store.applyChunk(follower, documents(50))
    const snapshot = await store.openSnapshot()
    const theirs = await snapshot.tree(leader)
    const ours = await snapshot.tree(follower)
    assert.deepEqual(ours.shape, theirs.shape)
    assert.deepEqual(ours.leaves, theirs.leaves)
    snapshot.close()
  })

  it('is that of the definition for a system collection that is replaced', async () => {
    const store = await open()
    const users = store.collection(systemOf(store), '_users')
    assert.ok(users)
    await store.applyChunk(users, documents(3))
    const parameters = { ...users.definition.parameters, minRevision: revisionText(1) }
    const definition = { ...users.definition, parameters }
    const replaced = await store.replaceCollection(systemOf(store), definition)
    assert.equal(replaced.definition.parameters['minRevision'], revisionText(1))
    await store.applyChunk(replaced, documents(5, 10))
    const tree = await checkTree(store, replaced)
    assert.equal(tree.initialRangeMin, parseRevision(revisionText(1)))
  })

  it('cannot be changed, and is told by the log', async () => {
    const store = await open()
    const { id, definition } = await makeCollection(store)
    const changed = await store.changeCollection({ id }, { minRevision: 5, waitForSync: true })
    assert.equal(changed.definition.parameters['minRevision'], definition.parameters['minRevision'])
    await store.close()
    const markers = await withTables(readMarkers)
    const made = markers.find(({ type, objectId }) => type === 2000 && objectId === id)
    const { minRevision } = JSON.parse(made?.data ?? '{}') as { minRevision: string }
    assert.equal(minRevision, definition.parameters['minRevision'])
  })
})

describe('the range of a tree', () => {
  const { open } = useStore()

  it('grows with the clock', async () => {
    let nowMs = 1_700_000_000_000
    const store = await open({ now: () => nowMs })
    const collection = await makeCollection(store)
    const widths: bigint[] = []
    for (const step of [1, 10, 100, 1000, 3_600_000, 86_400_000]) {
      nowMs += step
      await store.insert(collection, '{}')
      widths.push(bucketWidth((await checkTree(store, collection)).shape))
    }
    const start = (await checkTree(store, collection)).initialRangeMin
    // One bulk insert of the same revisions has the same range.
    const snapshot = await store.openSnapshot()
    const all = { from: revision(0n), through: revision(2n ** 64n - 1n), limit: 100 }
    const bulk = new MerkleTree({ rangeMin: start })
    bulk.insertMany(await snapshot.readRevisions(reread(store, collection), all))
    assert.deepEqual((await snapshot.tree(collection)).shape, bulk.shape)
    snapshot.close()
    assert.deepEqual(
      [...widths].sort((a, b) => Number(a - b)),
      widths,
    )
    assert.ok(new Set(widths).size >= 4)
  })
})
