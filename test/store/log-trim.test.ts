import assert from 'node:assert/strict'
import { openStore, type Store, type TrimLogOptions } from '../../lib/store/index.js'
import { trimLog } from '../../lib/store/log-trim.js'
import { logBytes, readRemoved } from '../../lib/store/removed-log.js'
import { META, readRows } from '../../lib/store/meta-rows.js'
import { encodeWalRecord, MARKER_TYPE, type MarkerType } from '../../lib/store/wal-record.js'
import { tick, type Tick } from '../../lib/values/index.js'
import { documents, makeCollection } from './support/documents.js'
import { makeHistory, parse, readLines, withSnapshot } from './support/log.js'
import { readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'
import { useWriter, type TestWriter } from './support/use-writer.js'
import { withCode } from './support/with-code.js'

const EVERYTHING = tick(2n ** 64n - 1n)
const HOUR_MS = 3_600_000

async function ticksOf(store: Store): Promise<Tick[]> {
  return (await readLines(store)).map((line) => parse(line).tick)
}

function removedTickOf(store: Store): Promise<Tick> {
  return withSnapshot(store, ({ removedTick }) => Promise.resolve(removedTick))
}

describe('Store.trimLog()', () => {
  const { open, path, withTables } = useStore()

  it('removes what is older than an age, by the time of the ticks', async () => {
    let nowMs = Date.now()
    const store = await open({ now: () => nowMs })
    const collection = await makeCollection(store)
    const { tick: last } = await store.insert(collection, '{}')
    nowMs += HOUR_MS
    const { tick: young } = await store.insert(collection, '{}')
    const before = await ticksOf(store)
    const old = before.indexOf(last) + 1
    const same = await store.trimLog({ ageMaxMs: HOUR_MS, through: EVERYTHING })
    assert.deepEqual([same, await ticksOf(store)], [{ markers: 0, bytes: 0 }, before])
    nowMs += 1
    const { markers, bytes } = await store.trimLog({ ageMaxMs: HOUR_MS, through: EVERYTHING })
    assert.equal(markers, old)
    assert.ok(bytes >= 18 * markers, `${bytes} bytes`)
    assert.deepEqual(await ticksOf(store), [young])
    assert.equal(await removedTickOf(store), last)
  })

  it('removes the oldest until the log takes no more than so many bytes', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    for (let from = 0; from < 8000; from += 1000) {
      await store.applyChunk(collection, documents(1000, from))
    }
    const before = await ticksOf(store)
    const bytesMax = (await withTables(({ wal }) => logBytes(wal))) / 2
    const { markers } = await store.trimLog({ bytesMax, through: EVERYTHING })
    const bytes = await withTables(({ wal }) => logBytes(wal))
    // Not a slice of at most 256 KiB more than it must.
    assert.ok(bytes <= bytesMax && bytes > bytesMax - 300_000, `${bytes} of ${bytesMax}`)
    assert.deepEqual(await ticksOf(store), before.slice(markers))
    assert.equal(await removedTickOf(store), before[markers - 1])
    assert.deepEqual(await store.trimLog({ bytesMax, through: EVERYTHING }), {
      markers: 0,
      bytes: 0,
    })
  })

  it('removes nothing above a tick, and keeps it over a new opening', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(20))
    const before = await ticksOf(store)
    const through = before[9] as Tick
    const { markers } = await store.trimLog({ bytesMax: 0, through })
    assert.equal(markers, 10)
    assert.deepEqual(await ticksOf(store), before.slice(10))
    await store.close()
    const again = await open()
    assert.equal(await removedTickOf(again), through)
    assert.equal(again.markerCount, before.length)
  })

  it('removes nothing where neither bound is given, or both hold', async () => {
    const store = await open()
    const none = { markers: 0, bytes: 0 }
    assert.deepEqual(await store.trimLog({ through: EVERYTHING }), none)
    const both = { ageMaxMs: HOUR_MS, bytesMax: 2 ** 30, through: EVERYTHING }
    assert.deepEqual(await store.trimLog(both), none)
    assert.equal(await removedTickOf(store), 0n)
  })

  it('can empty the log; what is written later has ticks above', async () => {
    const store = await open()
    const { lastTick } = store
    await store.trimLog({ bytesMax: 0, through: EVERYTHING })
    await withSnapshot(store, ({ firstTick, removedTick }) => {
      assert.deepEqual([firstTick, removedTick], [undefined, lastTick])
      return Promise.resolve()
    })
    assert.equal(store.lastTick, lastTick)
    await store.close()
    const again = await open()
    assert.equal(again.lastTick, lastTick)
    await makeCollection(again)
    const [first = 0n] = await ticksOf(again)
    assert.ok(first > lastTick)
  })

  it('leaves what an open snapshot sees', async () => {
    const store = await open()
    const before = await readLines(store)
    await withSnapshot(store, async (snapshot) => {
      await store.trimLog({ bytesMax: 0, through: EVERYTHING })
      assert.equal(snapshot.removedTick, 0n)
      const chunk = await snapshot.readLog({
        after: tick(0n),
        form: 'wal',
        system: { includeSystem: true, includeFoxxQueues: true },
        chunkBytes: 2 ** 30,
      })
      assert.equal(chunk.count, before.length)
    })
  })

  it('counts all markers that ever were', async () => {
    const store = await open()
    await makeHistory(store)
    const written = (await withTables(readMarkers)).length
    assert.equal(store.markerCount, written)
    await store.trimLog({ bytesMax: 0, through: (await ticksOf(store))[4] as Tick })
    assert.equal(store.markerCount, written)
  })

  it('forgets names of the dropped once no marker speaks of them', async () => {
    const store = await open()
    await makeHistory(store)
    const c = await makeCollection(store, { name: 'kept until its drop goes' })
    await store.dropCollection(c)
    const markers = await withTables(readMarkers)
    const droppedRows = (): Promise<number> =>
      withTables(({ meta }) => [...readRows(meta, META.dropped)].length)
    assert.ok((await droppedRows()) > 5)
    await store.trimLog({ bytesMax: 0, through: tick(markers.at(-2)?.tick ?? 0n) })
    assert.equal(await droppedRows(), 1)
    assert.deepEqual(
      (await readLines(store)).map((line) => parse(line).kind),
      ['drop-collection'],
    )
    await store.trimLog({ bytesMax: 0, through: EVERYTHING })
    assert.equal(await droppedRows(), 0)
  })

  it('lets others write between its slices', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    for (let from = 0; from < 4000; from += 1000) {
      await store.applyChunk(collection, documents(1000, from))
    }
    let isOver = false
    const trimming = store.trimLog({ bytesMax: 0, through: store.lastTick }).then((result) => {
      isOver = true
      return result
    })
    await store.insert(collection, '{"_key":"between"}')
    assert.equal(isOver, false)
    assert.ok((await trimming).markers > 4000)
    assert.equal((await ticksOf(store)).length, 1)
  })

  it('can be called twice at one time', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    for (let from = 0; from < 4000; from += 1000) {
      await store.applyChunk(collection, documents(1000, from))
    }
    const { lastTick, markerCount } = store
    const options: TrimLogOptions = { bytesMax: 0, through: EVERYTHING }
    const both = await Promise.all([store.trimLog(options), store.trimLog(options)])
    assert.equal(
      both.reduce((sum, { markers }) => sum + markers, 0),
      markerCount,
    )
    assert.equal(await removedTickOf(store), lastTick)
    assert.equal(store.markerCount, markerCount)
  })

  it('writes nothing where nothing is due', async () => {
    const store = await open()
    const transactions = (): Promise<number> =>
      withTables(({ root }) => (root.getStats() as { lastTxnId: number }).lastTxnId)
    const before = await transactions()
    await store.trimLog({ ageMaxMs: HOUR_MS, bytesMax: 2 ** 30, through: EVERYTHING })
    assert.equal(await transactions(), before)
  })

  it('ends with its signal, between two slices', async () => {
    const store = await open()
    const reason = new Error('enough')
    const aborted = AbortSignal.abort(reason)
    const options = { bytesMax: 0, through: EVERYTHING }
    await assert.rejects(store.trimLog({ ...options, signal: aborted }), reason)
    assert.equal(await removedTickOf(store), 0n)
    const collection = await makeCollection(store)
    for (let from = 0; from < 4000; from += 1000) {
      await store.applyChunk(collection, documents(1000, from))
    }
    const controller = new AbortController()
    const trimming = store.trimLog({ ...options, signal: controller.signal })
    await store.insert(collection, '{}')
    controller.abort(reason)
    await assert.rejects(trimming, reason)
    const removedTick = await removedTickOf(store)
    assert.ok(removedTick > 0n && removedTick < store.lastTick)
  })

  it('is refused in mode read and once the store is closed', async () => {
    const store = await open()
    const options = { bytesMax: 0, through: EVERYTHING }
    const reader = await openStore(path(), { mode: 'read' })
    await assert.rejects(reader.trimLog(options), withCode('ERR_STORE_READ_ONLY'))
    await reader.close()
    await store.close()
    await assert.rejects(store.trimLog(options), withCode('ERR_STORE_CLOSED'))
  })
})

describe('trimLog() and transactions', () => {
  const openWriter = useWriter()

  /** Writes markers of an operation each, or of a transaction's frame. */
  async function write(
    { writer, tables }: TestWriter,
    steps: readonly (number | 'begin' | 'commit' | 'abort')[],
  ): Promise<readonly Tick[]> {
    return writer.write(({ clock }) =>
      steps.map((step) => {
        const at = tick(clock.next())
        const type: MarkerType = typeof step === 'number' ? MARKER_TYPE.document : MARKER_TYPE[step]
        const place = { databaseId: 1, objectId: typeof step === 'number' ? 3 : 0 }
        const transactionId = tick(step === 0 ? 0n : 7n)
        const record = { type, ...place, transactionId, data: Buffer.alloc(100) }
        tables.wal.putSync(at, encodeWalRecord(record))
        return at
      }),
    )
  }

  /** Takes out what was there before a test's steps. */
  async function emptied(): Promise<TestWriter> {
    const made = await openWriter()
    await trimLog(made.writer, { bytesMax: 0, through: EVERYTHING })
    return made
  }

  it('removes transactions as a whole or not at all', async () => {
    for (const end of ['commit', 'abort'] as const) {
      const made = await emptied()
      const ticks = await write(made, [0, 'begin', 1, 1, end, 0])
      for (const [through, left] of [
        [0, 5],
        [1, 5],
        [3, 5],
        [4, 1],
      ] as const) {
        await trimLog(made.writer, { bytesMax: 0, through: ticks[through] as Tick })
        assert.equal(readMarkers(made.tables).length, left, `through ${through}`)
      }
    }
  })

  it('removes a transaction that is larger than a slice', async () => {
    const made = await emptied()
    const operations = Array.from({ length: 5000 }, () => 1)
    const ticks = await write(made, [0, 'begin', ...operations, 'commit', 0, 0])
    const inside = { bytesMax: 0, through: ticks.at(-4) as Tick }
    assert.equal((await trimLog(made.writer, inside)).markers, 1)
    assert.equal((await trimLog(made.writer, inside)).markers, 0)
    const behind = { bytesMax: 0, through: ticks.at(-3) as Tick }
    const { markers, bytes } = await trimLog(made.writer, behind)
    assert.deepEqual([markers, bytes], [5002, 5002 * 118])
    assert.deepEqual(
      readMarkers(made.tables).map((marker) => marker.tick),
      ticks.slice(-2),
    )
    assert.equal(readRemoved(made.tables.meta).tick, ticks.at(-3))
  })

  it('removes the rest of a transaction that was removed in part', async () => {
    const made = await emptied()
    const ticks = await write(made, [1, 1, 'commit', 0])
    await trimLog(made.writer, { bytesMax: 0, through: ticks[1] as Tick })
    assert.equal(readMarkers(made.tables).length, 4)
    await trimLog(made.writer, { bytesMax: 0, through: ticks[2] as Tick })
    assert.equal(readMarkers(made.tables).length, 1)
  })
})
