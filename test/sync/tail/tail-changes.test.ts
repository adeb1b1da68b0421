import assert from 'node:assert/strict'
import type { ChangeLog, LogPosition, Source } from '../../../lib/replica/index.js'
import { createTransformRunner } from '../../../lib/streams/index.js'
import { openStoreSource, type Store } from '../../../lib/store/index.js'
import {
  createTailStream,
  tailChanges,
  type ChangeEvent,
  type TailChangesOptions,
} from '../../../lib/sync/tail/index.js'
import { makeCollection } from '../../store/support/documents.js'
import { useStore } from '../../store/support/use-store.js'
import { turn } from './support/tail-items.js'

/** Keeps a checkpoint in memory. */
class MemoryCheckpoint {
  saved: LogPosition | undefined
  error: Error | undefined

  load(): Promise<LogPosition | undefined> {
    return Promise.resolve(this.saved)
  }

  save(position: LogPosition): Promise<void> {
    if (this.error !== undefined) return Promise.reject(this.error)
    this.saved = position
    return Promise.resolve()
  }
}

describe('tailChanges()', () => {
  const { open, path } = useStore()
  const sources: Source[] = []
  let requests = 0
  const asked = (): number => requests
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close()
  })

  /** A source of a store with that many documents, which counts its requests. */
  async function fill(count: number): Promise<{ source: Source; store: Store }> {
    const store = await open()
    const collection = await makeCollection(store)
    for (let index = 0; index < count; index += 1) {
      const key = String(index).padStart(4, '0')
      await store.put(collection, JSON.stringify({ _key: key, text: 'x'.repeat(500) }))
    }
    const source = await openStoreSource(path(), '_system')
    sources.push(source)
    requests = 0
    const openLog = source.openLog?.bind(source)
    source.openLog = (options): ChangeLog => {
      const log = openLog?.(options) as ChangeLog
      const read = log.read.bind(log)
      log.read = (...given) => {
        requests += 1
        return read(...given)
      }
      return log
    }
    return { source, store }
  }

  const ONCE = { from: 'start', follow: false } as const
  async function keysOf(events: AsyncIterable<ChangeEvent>): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of events) if (key !== undefined) keys.push(key)
    return keys
  }
  const numbers = (first: number, end: number): string[] =>
    Array.from({ length: end - first }, (_, index) => String(first + index).padStart(4, '0'))

  it('gives every change, in order, to the end of the log', async () => {
    const { source } = await fill(100)
    assert.deepEqual(await keysOf(tailChanges(source, ONCE)), numbers(0, 100))
  })

  it('gives documents as transforms make them', async () => {
    const { source } = await fill(3)
    const transform = createTransformRunner([
      {
        collection: ({ parameters }) => ({ name: `of ${String(parameters['type'])}` }),
        document: ({ _key, _rev }) => (_key === '0001' ? undefined : { _key, _rev, odd: true }),
      },
    ])
    const seen: unknown[] = []
    const options = { from: 'start', follow: false, transform } as const
    for await (const { key, collection, document } of tailChanges(source, options)) {
      if (key !== undefined) seen.push([key, collection, String(document).includes('"odd":true')])
    }
    assert.deepEqual(seen, [
      ['0000', 'of 2', true],
      ['0002', 'of 2', true],
    ])
  })

  it('goes on where it was left, with the event in hand', async () => {
    const { source } = await fill(20)
    const checkpoint = new MemoryCheckpoint()
    for await (const { key } of tailChanges(source, { ...ONCE, checkpoint })) {
      if (key === '0007') break
    }
    assert.deepEqual(await keysOf(tailChanges(source, { ...ONCE, checkpoint })), numbers(7, 20))
    assert.deepEqual(await keysOf(tailChanges(source, { ...ONCE, checkpoint })), [])
  })

  it('fails when a position cannot be saved', async () => {
    const { source } = await fill(3)
    const checkpoint = new MemoryCheckpoint()
    checkpoint.error = new Error('disk full')
    await assert.rejects(keysOf(tailChanges(source, { ...ONCE, checkpoint })), {
      message: 'disk full',
    })
  })

  it('fails when the checkpoint cannot be loaded', async () => {
    const { source } = await fill(1)
    const checkpoint = new MemoryCheckpoint()
    checkpoint.load = () => Promise.reject(new Error('damaged'))
    const iterator = tailChanges(source, { ...ONCE, checkpoint })[Symbol.asyncIterator]()
    await assert.rejects(iterator.next(), { message: 'damaged' })
    assert.deepEqual(await iterator.return?.(), { done: true, value: undefined })
  })

  it('fails with the reason of an abort, whatever that is', async () => {
    const { source } = await fill(0)
    const stop = new AbortController()
    const reason = new Error('enough')
    const options: TailChangesOptions = { from: 'now', signal: stop.signal }
    const waiting = tailChanges(source, options)[Symbol.asyncIterator]().next()
    await turn()
    stop.abort(reason)
    await assert.rejects(waiting, reason)
  })

  it('can be left while it waits for a change', async () => {
    const { source } = await fill(0)
    const iterator = tailChanges(source, { from: 'now' })[Symbol.asyncIterator]()
    const waiting = iterator.next()
    await turn()
    await iterator.return?.()
    assert.equal((await waiting).done, true)
  })

  it('answers everybody who waits when it is left in the middle of a save', async () => {
    const { source } = await fill(1)
    const checkpoint = new MemoryCheckpoint()
    const saving: (() => void)[] = []
    checkpoint.save = () => new Promise((resolve) => saving.push(resolve))
    const iterator = tailChanges(source, { from: 'start', checkpoint })[Symbol.asyncIterator]()
    // The collection's making, and the document's.
    await iterator.next()
    await iterator.next()
    const waiting = iterator.next()
    await turn()
    const leaving = iterator.return?.()
    for (let index = 0; index < 20; index += 1) await turn()
    // Each end may begin another save.
    for (const end of saving) {
      end()
      await turn()
    }
    assert.deepEqual([(await waiting).done, (await leaving)?.done], [true, true])
  })

  it('asks for nothing more while the loop is slow', async () => {
    const { source } = await fill(200)
    const options: TailChangesOptions = { ...ONCE, chunkBytes: 16 * 1024 }
    const iterator = tailChanges(source, options)[Symbol.asyncIterator]()
    await iterator.next()
    for (let index = 0; index < 20; index += 1) await turn()
    // The answer in hand, and the one that is asked for meanwhile.
    assert.equal(asked(), 2)
    for (let event = await iterator.next(); event.done !== true;) event = await iterator.next()
    assert.ok(asked() > 5, String(asked()))
  })

  it('refuses at the call what cannot be', async () => {
    const { source } = await fill(0)
    assert.throws(() => tailChanges({ address: 'dir:x' } as Source, ONCE), RangeError)
    assert.throws(() => tailChanges(source, { ...ONCE, waitMs: -1 }), RangeError)
    assert.throws(() => tailChanges(source, { ...ONCE, bytesMax: 0 }), RangeError)
  })

  describe('createTailStream()', () => {
    it('gives the same', async () => {
      const { source } = await fill(50)
      const stream = createTailStream(source, ONCE) as AsyncIterable<ChangeEvent>
      assert.deepEqual(await keysOf(stream), numbers(0, 50))
    })

    it('reads nothing that nobody asks for', async () => {
      const { source } = await fill(200)
      const stream = createTailStream(source, { ...ONCE, chunkBytes: 16 * 1024 })
      assert.equal(requests, 0)
      const events = stream[Symbol.asyncIterator]() as AsyncIterator<ChangeEvent>
      await events.next()
      for (let index = 0; index < 20; index += 1) await turn()
      assert.deepEqual([requests, stream.readableLength], [2, 0])
      await events.return?.()
      assert.equal(stream.destroyed, true)
    })

    it('closes when it is destroyed while it waits', async () => {
      const { source } = await fill(0)
      const stream = createTailStream(source, { from: 'now' })
      const closed = new Promise((resolve) => stream.once('close', resolve))
      stream.resume()
      await turn()
      stream.destroy()
      await closed
      assert.equal(stream.errored, null)
    })

    it('fails with the tail', async () => {
      const { source } = await fill(0)
      const stream = createTailStream(source, { from: (2n ** 63n) as never, follow: false })
      await assert.rejects(keysOf(stream as AsyncIterable<ChangeEvent>), {
        code: 'ERR_TICK_BACKWARDS',
      })
    })
  })
})
