import assert from 'node:assert/strict'
import type { Store, StoreTransaction } from '../../lib/store/index.js'
import { tick } from '../../lib/values/index.js'
import { linesOf, makeCollection, reread, systemOf } from './support/documents.js'
import {
  kindsOf,
  linesOf as logLines,
  NO_SYSTEM,
  parse,
  readLines,
  withSnapshot,
  ALL,
} from './support/log.js'
import { readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'
import { checkTree } from './support/trees.js'
import { withCode } from './support/with-code.js'

describe('Store.transaction()', () => {
  const { open, withTables } = useStore()

  it('frames its markers, which carry the tick of the first one', async () => {
    const store = await open()
    const [c, d] = [await makeCollection(store), await makeCollection(store, { name: 'd' })]
    await store.put(c, '{"_key":"old"}')
    const result = await store.transaction(systemOf(store), (operations) => {
      const { revision } = operations.put(c, '{"_key":"a"}')
      operations.put(d, '{"_key":"b"}')
      assert.equal(operations.remove(c, 'old'), true)
      assert.equal(operations.remove(c, 'none'), false)
      operations.put(c, '{"_key":"a","n":2}')
      return revision
    })
    await store.put(c, '{"_key":"after"}')
    assert.deepEqual([reread(store, c).documents, reread(store, d).documents], [2, 1])
    await store.close()
    const markers = (await withTables(readMarkers)).slice(-7)
    assert.deepEqual(
      markers.map(({ type }) => type),
      [2200, 2300, 2300, 2302, 2300, 2201, 2300],
    )
    const [begin, first] = markers
    const ids = markers.map(({ transactionId }) => transactionId)
    assert.deepEqual(ids, [...Array<bigint>(6).fill(begin?.tick ?? 0n), 0n])
    assert.equal(first?.tick, result)
    const ticks = markers.map((marker) => marker.tick)
    assert.deepEqual(ticks, [...new Set(ticks)].sort(ascending))
    assert.deepEqual([begin?.databaseId, begin?.objectId], [1, 0])
  })

  it('undoes all of a body that throws, and nothing else', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.put(c, '{"_key":"a","n":1}')
    const failing = store.transaction(systemOf(store), (operations) => {
      operations.put(c, '{"_key":"a","n":2}')
      operations.put(c, '{"_key":"b"}')
      throw new Error('changed my mind')
    })
    // These share its LMDB transaction.
    const others = [
      store.put(c, '{"_key":"c"}'),
      store.transaction(systemOf(store), (operations) => operations.put(c, '{"_key":"d"}')),
    ]
    await assert.rejects(failing, { message: 'changed my mind' })
    await Promise.all(others)
    const keys = (await linesOf(store, c)).map((line) => /"_key":"(\w)"/.exec(line)?.[1])
    assert.deepEqual(keys, ['a', 'c', 'd'])
    const kinds = kindsOf(await readLines(store, { system: NO_SYSTEM }))
    assert.deepEqual(kinds.slice(2), [...['document', 'document', 'begin', 'document', 'commit']])
    await checkTree(store, c)
  })

  it('goes on after a document that was refused', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.transaction(systemOf(store), (operations) => {
      operations.put(c, '{"_key":"a"}')
      assert.throws(() => operations.put(c, '{"_key":7}'), withCode('ERR_KEY_INVALID'))
      operations.put(c, '{"_key":"b"}')
    })
    assert.equal(reread(store, c).documents, 2)
    await checkTree(store, c)
  })

  it('writes to collections of its database only', async () => {
    const store = await open()
    const other = await store.createDatabase('other')
    const inOther = await store.createCollection(other, { name: 'c', type: 2 })
    const wrong = store.transaction(systemOf(store), (to) => to.put(inOther, '{}'))
    await assert.rejects(wrong, withCode('ERR_COLLECTION_NOT_FOUND'))
    await store.dropDatabase('other')
    const dropped = store.transaction(other, () => 1)
    await assert.rejects(dropped, withCode('ERR_DATABASE_NOT_FOUND'))
  })

  it('refuses a body that waits, and writes after the body', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const before = store.lastTick
    const waiting = store.transaction(systemOf(store), async (operations) => {
      operations.put(c, '{}')
      await Promise.resolve()
      operations.put(c, '{}')
    })
    await assert.rejects(waiting, TypeError)
    assert.deepEqual([reread(store, c).documents, store.lastTick], [0, before])
    let kept: StoreTransaction | undefined
    await store.transaction(systemOf(store), (operations) => {
      kept = operations
    })
    assert.throws(() => kept?.remove(c, 'k'), TypeError)
  })

  it('is read whole, or cut where it is larger than a chunk', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const start = store.lastTick
    await store.put(c, '{}')
    await transactionOf(store, c.id, 20)
    await store.put(c, '{}')
    const whole = await readLines(store, { after: start })
    assert.equal(whole.length, 24)
    const transactionBytes = whole.slice(1, -1).join('').length
    const chunks = await withSnapshot(store, async (snapshot) => {
      const read: string[][] = []
      for (let after = start; after < snapshot.lastTick;) {
        const chunk = await snapshot.readLog({ ...ALL, after, chunkBytes: transactionBytes })
        read.push(logLines(chunk))
        after = tick(chunk.lastIncluded)
      }
      return read
    })
    assert.deepEqual(
      chunks.map((lines) => lines.length),
      [1, 22, 1],
    )
    assert.deepEqual(chunks.flat(), whole)
    const small = await readLines(store, { after: start, chunkBytes: 1 })
    const [last] = await readLines(store, { after: parse(small[0] ?? '').tick, chunkBytes: 1 })
    assert.equal(parse(last ?? '').kind, 'begin')
  })

  it('tells two transactions apart that write to the same collection', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const start = store.lastTick
    await transactionOf(store, c.id, 2)
    await transactionOf(store, c.id, 2)
    const markers = (await readLines(store, { after: start })).map(parse)
    const ids = markers.map((marker) => 'transactionId' in marker && marker.transactionId)
    const begins = markers.filter(({ kind }) => kind === 'begin').map((marker) => marker.tick)
    const [first, second] = begins
    assert.deepEqual(ids, [first, first, first, first, second, second, second, second])
    assert.equal(new Set(begins).size, 2)
  })
})

async function transactionOf(store: Store, id: number, documents: number): Promise<void> {
  await store.transaction(systemOf(store), (operations) => {
    for (let index = 0; index < documents; index += 1) operations.put({ id }, `{"n":${index}}`)
  })
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : 1
}
