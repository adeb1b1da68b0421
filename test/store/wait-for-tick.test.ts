import assert from 'node:assert/strict'
import type { Store, StoreMode } from '../../lib/store/index.js'
import { makeCollection } from './support/documents.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const LONG_MS = 60_000

for (const mode of ['write', 'read'] satisfies StoreMode[]) {
  describe(`Store.waitForTick() in mode ${mode}`, () => {
    const { open } = useStore()
    let writer: Store
    let store: Store

    beforeEach(async () => {
      writer = await open()
      store = mode === 'write' ? writer : await open({ mode })
    })

    it('resolves at once when the log is beyond the tick', async () => {
      const before = store.lastTick
      const collection = await makeCollection(writer)
      const { tick } = await writer.insert(collection, '{}')
      assert.ok((await store.waitForTick(before, { timeoutMs: 0 })) >= tick)
      assert.equal(store.lastTick, tick)
    })

    it('is woken by the write that goes beyond it, and that is on the disk', async () => {
      const collection = await makeCollection(writer)
      const before = await store.waitForTick(writer.lastTick, { timeoutMs: 0 })
      assert.equal(before, writer.lastTick)
      const waiting = store.waitForTick(before, { timeoutMs: LONG_MS })
      const { tick } = await writer.insert(collection, '{}')
      assert.equal(await waiting, tick)
      assert.equal(store.lastTick, tick)
    })

    it('is not woken by a write without a marker', async () => {
      const before = await store.waitForTick(writer.lastTick, { timeoutMs: 0 })
      const waiting = store.waitForTick(before, { timeoutMs: 120 })
      await writer.putMeta('a', { b: 1 })
      assert.equal(await waiting, before)
    })

    it('wakes everybody who waits', async () => {
      const collection = await makeCollection(writer)
      const before = writer.lastTick
      const waiting = Array.from({ length: 100 }, () =>
        store.waitForTick(before, { timeoutMs: LONG_MS }),
      )
      const { tick } = await writer.insert(collection, '{}')
      assert.deepEqual(new Set(await Promise.all(waiting)), new Set([tick]))
    })

    it('ends with its signal', async () => {
      const controller = new AbortController()
      const { signal } = controller
      const waiting = store.waitForTick(writer.lastTick, { timeoutMs: Infinity, signal })
      controller.abort(new Error('enough'))
      await assert.rejects(waiting, /enough/)
    })

    it('ends when the store closes, and refuses afterwards', async () => {
      const waiting = store.waitForTick(writer.lastTick, { timeoutMs: Infinity })
      const ended = assert.rejects(waiting, withCode('ERR_STORE_CLOSED'))
      await store.close()
      await ended
      await assert.rejects(
        store.waitForTick(writer.lastTick, { timeoutMs: 0 }),
        withCode('ERR_STORE_CLOSED'),
      )
    })
  })
}
