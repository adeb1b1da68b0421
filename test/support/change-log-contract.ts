import assert from 'node:assert/strict'
import { tick, type Tick } from '../../lib/values/index.js'
import type { Marker } from '../../lib/wire/index.js'
import { databaseOf } from '../server/support/test-leader.js'
import {
  assertAscending,
  assertWholeTransactions,
  insertMany,
  markersOf,
  MARKERS,
  openLogOf,
  readMarkers,
  SYSTEM,
  transact,
  withLogOf,
  ZERO,
  type WithLog,
  type WithLoggedStore,
} from './logged-store.js'
import { collectAll } from './streams.js'

/** What a log can do beyond what each does. */
export interface ChangeLogAbilities {
  /** Waiting requests are answered as soon as something is written. */
  readonly waits: boolean
  /** Answers say when markers are missing that were trimmed. */
  readonly tellsGaps: boolean
}

const reason = new Error('enough')

/** What every log of a source does. */
export function describeChangeLog(
  title: string,
  withStore: WithLoggedStore,
  { waits, tellsGaps }: ChangeLogAbilities,
): void {
  const withLog = withLogOf(withStore)

  describe(title, () => {
    it('state() tells whose log it is, and where it begins and ends', async () => {
      await withLog(async (log, store) => {
        const { serverId, firstTick, lastTick } = await log.state()
        assert.deepEqual([serverId, lastTick], [store.serverId, store.lastTick])
        const [first] = await readMarkers(log, ZERO)
        assert.ok(firstTick !== undefined && first !== undefined && firstTick <= first.tick)
        assert.equal(log.database, SYSTEM)
      })
    })

    it('collections() tells those of the database, or of all', async () => {
      for (const isGlobal of [false, true]) {
        await withLog(
          async (log, store, { definition }) => {
            const other = await store.createDatabase('other')
            await store.createCollection(other, { name: 'd', type: 3 })
            const named = (await log.collections()).map(
              ({ databaseName, name }) => `${databaseName}/${name}`,
            )
            assert.ok(named.includes('_system/c'))
            assert.equal(named.includes('other/d'), isGlobal)
            const found = (await log.collections()).find(({ name }) => name === 'c')
            assert.equal(found?.globallyUniqueId, definition.globallyUniqueId)
            assert.equal(log.database, isGlobal ? undefined : SYSTEM)
          },
          { isGlobal },
        )
      }
    })

    it('read() gives every marker in order, and says where the answer ends', async () => {
      await withLog(async (log, store) => {
        const answer = await log.read({ from: ZERO, lastScanned: ZERO })
        const markers = await markersOf(answer)
        assert.equal(markers.length, MARKERS + 1)
        assertAscending(markers, ZERO)
        assert.equal(answer.lastIncluded, markers.at(-1)?.tick)
        assert.deepEqual([answer.lastTick, answer.fromPresent], [store.lastTick, true])
        assert.equal(answer.checkMore, answer.lastIncluded < answer.lastTick)
      })
    })

    it('read() leaves out what is at or below `from`, wherever that is', async () => {
      await withLog(async (log) => {
        const all = (await readMarkers(log, ZERO)).map((marker) => marker.tick)
        for (const index of [0, 1, 7, MARKERS - 1]) {
          const from = all[index] as Tick
          const behind = await readMarkers(log, from)
          const expected = all.filter((each) => each > from)
          assert.deepEqual(
            behind.map((marker) => marker.tick),
            expected,
          )
          const before = await readMarkers(log, tick(from - 1n))
          assert.equal(before[0]?.tick, from)
        }
      })
    })

    it('read() ends answers near their bound, and says that there is more', async () => {
      const chunkBytes = 16 * 1024
      await withLog(
        async (log) => {
          const seen: Marker[] = []
          let answers = 0
          let from = ZERO
          for (let checkMore = true, lastScanned = ZERO; checkMore; answers += 1) {
            const answer = await log.read({ from, lastScanned })
            const chunks = await collectAll(answer.chunks)
            const bytes = chunks.reduce((sum, { buffer }) => sum + buffer.length, 0)
            assert.ok(bytes > 0 && bytes < 2 * chunkBytes, `${bytes} bytes`)
            const markers = chunks.flatMap((chunk) => [...chunk.markers()])
            assert.equal(answer.lastIncluded, markers.at(-1)?.tick)
            assert.ok(answer.lastIncluded > from)
            seen.push(...markers)
            checkMore = answer.checkMore
            lastScanned = answer.lastScanned
            from = answer.lastIncluded
          }
          assert.ok(answers > 2, `${answers} answers`)
          assert.equal(seen.length, MARKERS + 1)
          assertAscending(seen, ZERO)
        },
        { chunkBytes },
      )
    })

    it('read() at the end has nothing, and no more, and misses nothing', async () => {
      await withLog(async (log, store) => {
        const { lastTick } = store
        const answer = await log.read({ from: lastTick, lastScanned: lastTick })
        assert.deepEqual(await collectAll(answer.chunks), [])
        const { lastIncluded, checkMore, fromPresent, lastScanned } = answer
        assert.deepEqual([lastIncluded, checkMore, fromPresent], [0n, false, true])
        assert.equal(answer.lastTick, lastTick)
        assert.ok(lastScanned <= lastTick)
      })
    })

    it('read() passes over other databases, and system collections, unless asked', async () => {
      const wanted = { plain: {}, global: { isGlobal: true }, system: { includeSystem: true } }
      const found: Record<string, number> = {}
      for (const [name, options] of Object.entries(wanted)) {
        await withLog(async (log, store) => {
          const from = store.lastTick
          const other = await store.createDatabase('other')
          const collection = await store.createCollection(other, { name: 'd', type: 2 })
          await insertMany(store, collection, 3)
          const users = store.collection(databaseOf(store, SYSTEM), '_graphs')
          assert.ok(users !== undefined)
          await insertMany(store, users, 2)
          const answer = await log.read({ from, lastScanned: from })
          const markers = await markersOf(answer)
          assertAscending(markers, from)
          found[name] = markers.filter(({ kind }) => kind === 'document').length
          assert.equal(answer.lastTick, store.lastTick)
          if (name === 'plain') assert.equal(answer.lastScanned, store.lastTick)
        }, options)
      }
      assert.deepEqual(found, { plain: 0, global: 3, system: 2 })
    })

    it('read() shows what is written meanwhile in the next answer', async () => {
      await withLog(async (log, store, collection) => {
        const from = store.lastTick
        const written = await store.insert(collection, '{"_key":"late"}')
        const [marker, ...others] = await readMarkers(log, from)
        assert.deepEqual(others, [])
        assert.ok(marker?.kind === 'document')
        assert.deepEqual([marker.tick, marker.key], [written.tick, 'late'])
      })
    })

    it('read() gives whole transactions, framed, wherever answers end', async () => {
      await withLog(
        async (log, store, collection) => {
          const from = store.lastTick
          for (let round = 0; round < 6; round += 1) {
            await transact(store, collection, round, 40)
          }
          let answers = 0
          let commits = 0
          for (let after = from; after < store.lastTick; answers += 1) {
            const answer = await log.read({ from: after, lastScanned: ZERO })
            const markers = await markersOf(answer)
            assertWholeTransactions(markers)
            commits += markers.filter(({ kind }) => kind === 'commit').length
            assert.ok(answer.lastIncluded > after)
            after = answer.lastIncluded
          }
          assert.ok(answers > 1, `${answers} answers`)
          assert.equal(commits, 6)
        },
        { chunkBytes: 16 * 1024 },
      )
    })

    it('read() does not begin when the signal is aborted', async () => {
      await withLog(async (log) => {
        const request = { from: ZERO, lastScanned: ZERO }
        await assert.rejects(log.read(request, { signal: AbortSignal.abort(reason) }), reason)
      })
    })

    it('read() can be given up, and begun again', async () => {
      await withLog(async (log) => {
        for (const taken of [0, 1]) {
          const { chunks } = await log.read({ from: ZERO, lastScanned: ZERO })
          const iterator = chunks[Symbol.asyncIterator]()
          for (let count = 0; count < taken; count += 1) await iterator.next()
          await iterator.return?.()
          assert.equal((await iterator.next()).done, true)
        }
        assert.equal((await readMarkers(log, ZERO)).length, MARKERS + 1)
      })
    })

    it('close() can be called again', async () => {
      await withLog(async (log) => {
        await readMarkers(log, ZERO)
        await log.close()
        await log.close()
      })
    })

    it('openLog() of all databases is refused outside _system', async () => {
      await withStore('other', (_store, source) => {
        assert.throws(() => openLogOf(source, { isGlobal: true }), RangeError)
        return Promise.resolve()
      })
    })

    if (waits) testWaiting(withLog)
    if (tellsGaps) testGaps(withLog, withStore)
  })
}

function testWaiting(withLog: WithLog): void {
  it('read() waits for the first marker, and no longer', async () => {
    await withLog(async (log, store, collection) => {
      assert.equal((await log.state()).canWait, true)
      const from = store.lastTick
      const waiting = log.read({ from, lastScanned: from, waitMs: 60_000 })
      await store.insert(collection, '{"_key":"awaited"}')
      const [marker] = await markersOf(await waiting)
      assert.ok(marker?.kind === 'document')
      assert.equal(marker.key, 'awaited')
    })
  })

  it('read() that waits is ended by an abort', async () => {
    await withLog(async (log, store) => {
      await log.state()
      const stop = new AbortController()
      const request = { from: store.lastTick, lastScanned: store.lastTick, waitMs: 60_000 }
      const waiting = log.read(request, { signal: stop.signal })
      stop.abort(reason)
      await assert.rejects(waiting, reason)
    })
  })
}

function testGaps(withLog: WithLog, withStore: WithLoggedStore): void {
  it('read() says when markers behind `from` are missing', async () => {
    await withLog(async (log, store) => {
      const ticks = (await readMarkers(log, ZERO)).map((marker) => marker.tick)
      const through = ticks[9] as Tick
      await store.trimLog({ bytesMax: 0, through })
      const isPresent = async (from: Tick): Promise<boolean> =>
        (await log.read({ from, lastScanned: ZERO })).fromPresent
      assert.deepEqual([await isPresent(ZERO), await isPresent(tick(through - 1n))], [false, false])
      assert.deepEqual([await isPresent(through), await isPresent(store.lastTick)], [true, true])
      assert.equal((await readMarkers(log, through))[0]?.tick, ticks[10])
      const { firstTick = ZERO } = await log.state()
      assert.ok(firstTick > through && firstTick <= (ticks[10] as Tick))
    })
  })

  it('read() takes a database that was made anew for another one', async () => {
    await withStore('shop', async (store, source) => {
      const old = store.lastTick
      await store.dropDatabase('shop')
      const database = await store.createDatabase('shop')
      await store.createCollection(database, { name: 'c', type: 2 })
      const log = openLogOf(source, {})
      const answers = [ZERO, old, store.lastTick].map((from) =>
        log.read({ from, lastScanned: ZERO }),
      )
      const present = (await Promise.all(answers)).map(({ fromPresent }) => fromPresent)
      assert.deepEqual(present, [true, false, true])
      await log.close()
    })
  })
}
