import assert from 'node:assert/strict'
import fc from 'fast-check'
import { tick, type Tick } from '../../lib/values/index.js'
import { documents, makeCollection } from './support/documents.js'
import {
  ALL,
  linesOf,
  makeHistory,
  NO_SYSTEM,
  parse,
  readLines,
  withSnapshot,
} from './support/log.js'
import { useStore } from './support/use-store.js'

describe('bounds of StoreSnapshot.readLog()', () => {
  const { open } = useStore()

  it('gives the markers above one tick up to another', async () => {
    const store = await open()
    await makeHistory(store)
    const all = await readLines(store)
    const ticks = all.map((line) => parse(line).tick)
    const anyIndex = fc.nat({ max: ticks.length - 1 })
    await fc.assert(
      fc.asyncProperty(anyIndex, anyIndex, async (left, right) => {
        const [first, last] = [Math.min(left, right), Math.max(left, right)]
        const range = { after: ticks[first] as Tick, through: ticks[last] as Tick }
        assert.deepEqual(await readLines(store, range), all.slice(first + 1, last + 1))
      }),
      { numRuns: 30 },
    )
    const beyond = { after: ticks[2] as Tick, through: tick(2n ** 64n - 1n) }
    assert.deepEqual(await readLines(store, beyond), all.slice(3))
  })

  it('gives the same lines in chunks of any size', async () => {
    const store = await open()
    await makeHistory(store)
    const all = await readLines(store)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3000 }), async (chunkBytes) => {
        await withSnapshot(store, async (snapshot) => {
          const lines: string[] = []
          let after: Tick = ALL.after
          for (;;) {
            const chunk = await snapshot.readLog({ ...ALL, after, chunkBytes })
            const own = linesOf(chunk)
            lines.push(...own)
            if (chunk.lastScanned === snapshot.lastTick) break
            // It ends with the first line that reaches the size.
            assert.ok(chunk.bytes >= chunkBytes)
            assert.ok(chunk.bytes - Buffer.byteLength(own.at(-1) ?? '') < chunkBytes)
            assert.equal(chunk.lastScanned, chunk.lastIncluded)
            after = chunk.lastIncluded
          }
          assert.deepEqual(lines, all)
        })
      }),
      { numRuns: 20 },
    )
  })

  it('tells how far it looked where nothing is wanted', async () => {
    const store = await open()
    await withSnapshot(store, async (snapshot) => {
      const { lastTick } = snapshot
      const { databaseId } = await makeCollection(store)
      const nothing = { ...ALL, databaseId, system: NO_SYSTEM }
      const seen = await snapshot.readLog(nothing)
      assert.deepEqual([seen.count, seen.lastIncluded, seen.lastScanned], [0, 0n, lastTick])
      const atEnd = await snapshot.readLog({ ...nothing, after: lastTick })
      assert.deepEqual([atEnd.count, atEnd.lastScanned], [0, lastTick])
      // A position that this log never had: the log ends below it.
      const ahead = await snapshot.readLog({ ...nothing, after: tick(lastTick + 5n) })
      assert.deepEqual([ahead.count, ahead.lastScanned], [0, lastTick])
    })
  })

  it('looks at no more markers than it may', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(10))
    const nothing = { ...ALL, databaseId: 999, scanMax: 4 }
    await withSnapshot(store, async (snapshot) => {
      const ticks = linesOf(await snapshot.readLog(ALL)).map((line) => parse(line).tick)
      const seen: Tick[] = []
      let after: Tick = ALL.after
      while (after !== snapshot.lastTick) {
        const chunk = await snapshot.readLog({ ...nothing, after })
        assert.equal(chunk.count, 0)
        after = chunk.lastScanned
        seen.push(after)
      }
      const everyFourth = ticks.filter((_, index) => index % 4 === 3 || index === ticks.length - 1)
      assert.deepEqual(seen, everyFourth)
      const some = await snapshot.readLog({ ...ALL, scanMax: 4 })
      assert.deepEqual([some.count, some.lastScanned], [4, ticks[3]])
    })
  })

  it('ends where it gets no memory', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.insert(c, JSON.stringify({ text: 'x'.repeat(100_000) }))
    await withSnapshot(store, async (snapshot) => {
      const refused = await snapshot.readLog({ ...ALL, allocate: () => false })
      assert.deepEqual([refused.count, refused.blocks, refused.lastScanned], [0, [], 0n])
      const asked: number[] = []
      const once = await snapshot.readLog({ ...ALL, allocate: (bytes) => asked.push(bytes) === 1 })
      assert.ok(once.count > 0 && once.bytes <= (asked[0] ?? 0))
      assert.equal(once.lastScanned, once.lastIncluded)
      const rest = await snapshot.readLog({ ...ALL, after: once.lastIncluded })
      const all = await snapshot.readLog(ALL)
      assert.deepEqual([...linesOf(once), ...linesOf(rest)], linesOf(all))
    })
  })

  it('leaves the event loop free while it reads long', async () => {
    const store = await open()
    const c = await makeCollection(store)
    for (let from = 0; from < 4000; from += 1000) await store.applyChunk(c, documents(1000, from))
    await withSnapshot(store, async (snapshot) => {
      let turns = 0
      const countTurn = (): void => {
        turns += 1
        immediate = setImmediate(countTurn)
      }
      let immediate = setImmediate(countTurn)
      const chunk = await snapshot.readLog(ALL)
      clearImmediate(immediate)
      assert.ok(chunk.count > 4000)
      assert.ok(turns >= 3, `${turns} turns`)
    })
  })

  it('can be aborted before and while it reads', async () => {
    const store = await open()
    const c = await makeCollection(store)
    for (let from = 0; from < 2000; from += 1000) await store.applyChunk(c, documents(1000, from))
    await withSnapshot(store, async (snapshot) => {
      const reason = new Error('enough')
      const aborted = snapshot.readLog({ ...ALL, signal: AbortSignal.abort(reason) })
      await assert.rejects(aborted, reason)
      const controller = new AbortController()
      const allocate = (): boolean => {
        controller.abort(reason)
        return true
      }
      const { signal } = controller
      await assert.rejects(snapshot.readLog({ ...ALL, allocate, signal }), reason)
    })
  })
})
