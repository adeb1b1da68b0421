import assert from 'node:assert/strict'
import { DumpAhead, type ChunkRequest } from '../../lib/server/dump-ahead.js'
import type { DumpChunk, Store, StoreSnapshot } from '../../lib/store/index.js'
import type { Revision } from '../../lib/values/index.js'
import { createFakeClock, type FakeClock } from './support/fake-clock.js'
import { fillCollection, openTestStore, type FilledCollection } from './support/test-leader.js'

const NEVER = new AbortController().signal

describe('DumpAhead', () => {
  let store: Store
  let closeStore: () => Promise<void>
  let filled: FilledCollection
  let clock: FakeClock
  let snapshot: StoreSnapshot
  let ahead: DumpAhead

  before(async () => {
    ;({ store, close: closeStore } = await openTestStore())
    filled = await fillCollection(store, 'c', 12)
  })

  after(() => closeStore())

  beforeEach(async () => {
    clock = createFakeClock()
    snapshot = await store.openSnapshot()
    ahead = new DumpAhead(snapshot, clock)
  })

  afterEach(() => {
    ahead.close()
    snapshot.close()
    assert.equal(snapshot.isOpen, false)
    assert.equal(clock.plannedCount, 0)
  })

  function requestAfter(after: Revision | undefined, chunkBytes = 1): ChunkRequest {
    return { collection: filled.collection, after, chunkBytes, form: 'bare' }
  }

  /** Reads a chunk to its end and releases it. */
  async function textOf(chunk: DumpChunk): Promise<string> {
    const blocks: Buffer[] = []
    for await (const block of chunk.blocks()) blocks.push(block)
    chunk.release()
    return Buffer.concat(blocks).toString()
  }

  it('gives every chunk as it would be found without it', async () => {
    let after: Revision | undefined
    for (const text of filled.documents) {
      const chunk = await ahead.find(requestAfter(after), NEVER)
      assert.equal(chunk.hasMore, text !== filled.documents.at(-1))
      after = chunk.last
      assert.equal(await textOf(chunk), `${text}\n`)
    }
    assert.equal((await ahead.find(requestAfter(after), NEVER)).last, undefined)
  })

  it('begins only after two chunks of one size in a row', async () => {
    const first = await ahead.find(requestAfter(undefined, 1), NEVER)
    assert.equal(clock.plannedCount, 0)
    const second = await ahead.find(requestAfter(first.last, 2), NEVER)
    assert.equal(clock.plannedCount, 0)
    const third = await ahead.find(requestAfter(second.last, 2), NEVER)
    assert.equal(clock.plannedCount, 1)
    for (const chunk of [first, second, third]) chunk.release()
  })

  it('finds what is asked for when something else was expected', async () => {
    const first = await ahead.find(requestAfter(undefined), NEVER)
    await ahead.find(requestAfter(first.last), NEVER)
    const again = await ahead.find(requestAfter(undefined), NEVER)
    assert.equal(await textOf(again), `${filled.documents[0] ?? ''}\n`)
    const second = await ahead.find(requestAfter(again.last), NEVER)
    assert.equal(await textOf(second), `${filled.documents[1] ?? ''}\n`)
  })

  it('drops what nobody asks for after a while, and lets the snapshot go', async () => {
    const first = await ahead.find(requestAfter(undefined), NEVER)
    await ahead.find(requestAfter(first.last), NEVER)
    snapshot.close()
    assert.ok(snapshot.isOpen)
    clock.move(1000)
    assert.equal(snapshot.isOpen, false)
  })

  it('lets the snapshot go at once when it is closed', async () => {
    const first = await ahead.find(requestAfter(undefined), NEVER)
    const second = await ahead.find(requestAfter(first.last), NEVER)
    ahead.close()
    snapshot.acquire()
    snapshot.close()
    const third = ahead.find(requestAfter(second.last), NEVER)
    assert.equal(await textOf(await third), `${filled.documents[2] ?? ''}\n`)
    snapshot.release()
    assert.equal(snapshot.isOpen, false)
  })
})
