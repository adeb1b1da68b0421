import assert from 'node:assert/strict'
import { nextTurn } from '../../lib/store/next-turn.js'
import { revision } from '../../lib/values/index.js'
import type { Store, StoreCollection, StoreSnapshot } from '../../lib/store/index.js'
import {
  documents,
  documentText,
  makeCollection,
  reread,
  revisionText,
  systemOf,
} from './support/documents.js'
import { chunkOf } from '../support/chunk.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const ALL = { from: revision(0n), through: revision(2n ** 64n - 1n) }

function inSnapshot(snapshot: StoreSnapshot, name = 'c'): StoreCollection {
  const collection = snapshot.collection(systemOf(snapshot), name)
  assert.ok(collection)
  return collection
}

async function countLines(snapshot: StoreSnapshot, collection: StoreCollection): Promise<number> {
  let lines = 0
  for await (const block of snapshot.readLines(collection, { form: 'bare' })) {
    for (const byte of block) if (byte === 0x0a) lines += 1
  }
  return lines
}

describe('Store.openSnapshot()', () => {
  const { open } = useStore()

  async function filled(store: Store, count = 100): Promise<StoreCollection> {
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(count))
    return reread(store, collection)
  }

  it('shows what was there, whatever is written later', async () => {
    const store = await open()
    const collection = await filled(store)
    const snapshot = await store.openSnapshot()
    const { lastTick } = store
    await store.applyChunk(collection, chunkOf([documentText('k0', 500)]))
    await store.applyChunk(collection, documents(50, 1000))
    await makeCollection(store, { name: 'later' })
    await store.createDatabase('later')
    await store.renameCollection(collection, 'renamed')
    const seen = inSnapshot(snapshot)
    assert.equal(snapshot.lastTick, lastTick)
    assert.equal(seen.documents, 100)
    assert.equal(await countLines(snapshot, seen), 100)
    assert.equal(snapshot.document(seen, 'k0')?.toString(), documentText('k0', 0, ',"n":0'))
    assert.equal(snapshot.document(seen, 'k1000'), undefined)
    assert.equal(snapshot.database('later'), undefined)
    assert.equal(snapshot.collection(systemOf(snapshot), 'later'), undefined)
    assert.equal(snapshot.collection(systemOf(snapshot), 'renamed'), undefined)
    assert.equal(
      reread(store, { ...seen, definition: { ...seen.definition, name: 'renamed' } }).documents,
      150,
    )
    snapshot.close()
  })

  it('shows what was dropped or truncated later, also after its rows are gone', async () => {
    const store = await open()
    const collection = await filled(store, 3000)
    const other = await makeCollection(store, { name: 'd' })
    await store.applyChunk(other, documents(10))
    const snapshot = await store.openSnapshot()
    await store.truncateCollection(collection)
    await store.dropCollection(other)
    await store.purged()
    assert.equal(reread(store, collection).documents, 0)
    assert.equal(await countLines(snapshot, inSnapshot(snapshot)), 3000)
    assert.equal(await countLines(snapshot, inSnapshot(snapshot, 'd')), 10)
    snapshot.close()
  })

  it('gives stable snapshots to many readers while a writer goes on', async () => {
    const store = await open()
    const collection = await filled(store, 2000)
    const reading = { isOver: false }
    const writing = (async () => {
      let round = 0
      while (!reading.isOver) {
        round += 1
        await store.applyChunk(collection, documents(200, 10_000 * round))
      }
      return round
    })()
    const shared = await store.openSnapshot()
    const readers = Array.from({ length: 8 }, async (_, index) => {
      const snapshot = index % 2 === 0 ? shared : await store.openSnapshot()
      const { documents: count } = inSnapshot(snapshot)
      for (let round = 0; round < 3; round += 1) {
        assert.equal(await countLines(snapshot, inSnapshot(snapshot)), count)
      }
      if (snapshot !== shared) snapshot.close()
      return count
    })
    const counts = await Promise.all(readers)
    reading.isOver = true
    assert.ok((await writing) > 1)
    assert.equal(counts[0], counts[2])
    shared.close()
  })

  it('holds only what is on the disk', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const writes = [0, 1, 2, 3].map((round) =>
      store.applyChunk(collection, documents(900, round * 900)),
    )
    let acknowledged = 0
    for (const write of writes) void write.then(() => (acknowledged += 900))
    for (let round = 0; round < 20; round += 1) {
      const snapshot = await store.openSnapshot()
      assert.ok(inSnapshot(snapshot).documents <= acknowledged)
      assert.ok(snapshot.lastTick <= store.lastTick)
      snapshot.close()
      await nextTurn()
    }
    await Promise.all(writes)
    assert.equal(reread(store, collection).documents, 3600)
  })

  it('lives until the last reference is gone', async () => {
    const store = await open()
    await filled(store)
    const snapshot = await store.openSnapshot()
    const collection = inSnapshot(snapshot)
    snapshot.acquire()
    snapshot.close()
    snapshot.close()
    assert.equal(snapshot.isOpen, true)
    assert.equal(snapshot.document(collection, 'k1') === undefined, false)
    assert.throws(() => {
      snapshot.acquire()
    }, withCode('ERR_SNAPSHOT_CLOSED'))
    snapshot.release()
    assert.equal(snapshot.isOpen, false)
    const closed = withCode('ERR_SNAPSHOT_CLOSED')
    assert.throws(() => snapshot.databases(), closed)
    assert.throws(() => snapshot.document(collection, 'k1'), closed)
    await assert.rejects(snapshot.findChunk(collection, { chunkBytes: 1, form: 'bare' }), closed)
    await assert.rejects(countLines(snapshot, collection), closed)
    await assert.rejects(snapshot.readRevisions(collection, { ...ALL, limit: 1 }), closed)
    assert.throws(() => {
      snapshot.release()
    }, RangeError)
  })

  it('stays open for lines that are being read', async () => {
    const store = await open()
    await filled(store, 5000)
    const snapshot = await store.openSnapshot()
    const lines = snapshot.readLines(inSnapshot(snapshot), { form: 'bare' })
    await lines.next()
    snapshot.close()
    assert.equal(snapshot.isOpen, true)
    for await (const block of lines) assert.ok(block.length > 0)
    assert.equal(snapshot.isOpen, false)
  })

  it('ends with the store, also in the middle of a read', async () => {
    const store = await open()
    await filled(store, 5000)
    const snapshot = await store.openSnapshot()
    const collection = inSnapshot(snapshot)
    const lines = snapshot.readLines(collection, { form: 'bare' })
    await lines.next()
    await store.close()
    const closed = withCode('ERR_SNAPSHOT_CLOSED')
    assert.throws(() => snapshot.document(collection, 'k1'), closed)
    await assert.rejects(async () => {
      for (;;) if ((await lines.next()).done === true) return
    }, closed)
    snapshot.close()
  })

  it('refuses more snapshots than it has room for', async () => {
    const store = await open({ openBatchesMax: 1 })
    const snapshots: StoreSnapshot[] = []
    await assert.rejects(async () => {
      for (;;) snapshots.push(await store.openSnapshot())
    }, withCode('ERR_SNAPSHOT_LIMIT'))
    assert.ok(snapshots.length >= 1)
    assert.equal(store.databases().length, 1)
    await store.createDatabase('still-writes')
    snapshots.pop()?.close()
    const another = await store.openSnapshot()
    for (const snapshot of [...snapshots, another]) snapshot.close()
  })

  it('refuses in the same way when others have the reader slots', async () => {
    const writer = await open({ openBatchesMax: 1 })
    // lmdb shares the files inside a process, with the slots that the first one asked for.
    const reader = await open({ mode: 'read', openBatchesMax: 1000 })
    const snapshots: StoreSnapshot[] = []
    await assert.rejects(async () => {
      for (;;) {
        snapshots.push(await reader.openSnapshot())
        await writer.putMeta('count', snapshots.length)
      }
    }, withCode('ERR_SNAPSHOT_LIMIT'))
    assert.ok(snapshots.length < 100)
    for (const snapshot of snapshots) snapshot.close()
    const another = await reader.openSnapshot()
    another.close()
  })

  it('can begin to read lines while somebody holds it after its close', async () => {
    const store = await open()
    await filled(store)
    const snapshot = await store.openSnapshot()
    const collection = inSnapshot(snapshot)
    snapshot.acquire()
    snapshot.close()
    assert.equal(await countLines(snapshot, collection), 100)
    snapshot.release()
    assert.equal(snapshot.isOpen, false)
  })

  it('refuses to begin once aborted', async () => {
    const store = await open()
    const opening = store.openSnapshot({ signal: AbortSignal.abort(new Error('enough')) })
    await assert.rejects(opening, /enough/)
  })
})

describe('StoreSnapshot.readRevisions()', () => {
  const { open } = useStore()

  it('reads ranges with both ends, up to a limit', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(10_000))
    const snapshot = await store.openSnapshot()
    const all = await snapshot.readRevisions(collection, { ...ALL, limit: 20_000 })
    assert.equal(all.length, 10_000)
    const at = (index: number) => revision(all[index] ?? 0n)
    assert.ok(all.every((value, index) => index === 0 || value > at(index - 1)))
    const some = await snapshot.readRevisions(collection, { from: at(5), through: at(8), limit: 9 })
    assert.deepEqual([...some], [...all.slice(5, 9)])
    const limited = await snapshot.readRevisions(collection, { ...ALL, limit: 9000 })
    assert.deepEqual([...limited], [...all.slice(0, 9000)])
    const last = { from: at(9999), through: ALL.through, limit: 5 }
    assert.equal((await snapshot.readRevisions(collection, last)).length, 1)
    snapshot.close()
  })

  it('finds documents by revision', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3))
    const snapshot = await store.openSnapshot()
    const [first] = await snapshot.readRevisions(collection, { ...ALL, limit: 1 })
    const found = snapshot.documentByRevision(collection, revision(first ?? 0n))
    assert.ok(found?.includes(revisionText(0)))
    assert.equal(snapshot.documentByRevision(collection, revision(1n)), undefined)
    snapshot.close()
  })
})
