import assert from 'node:assert/strict'
import { AnswerMemory } from '../../../lib/server/answer-memory.js'
import { BatchRegistry } from '../../../lib/server/batches.js'
import { ClientRegistry } from '../../../lib/server/clients.js'
import type { DumpRequest } from '../../../lib/server/parallel-dump/index.js'
import {
  DumpContexts,
  type DumpContextsOptions,
  type DumpStart,
  type StartedDump,
} from '../../../lib/server/parallel-dump/dump-contexts.js'
import type { Store } from '../../../lib/store/index.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'
import { databaseOf, fillCollection, openTestStore } from '../support/test-leader.js'

const NEVER = new AbortController().signal
const LIMITS = {
  openBatchesMax: 4,
  batchTtlSeconds: 1000,
  batchTtlSecondsMax: 5000,
  dumpBatchesKeptMax: 100,
  dumpContextsMax: 5,
  dumpsAheadBytesMax: 1e6,
  dumpTtlSeconds: 600,
}
const REQUEST: DumpRequest = {
  shards: ['c'],
  batchBytes: 4096,
  docsPerBatch: 10,
  prefetchCount: 2,
  ttlSeconds: 0,
  projections: undefined,
  conditions: [],
}
const OWNER = { databaseId: 1, caller: 'user/a' }
const NOT_FOUND = { status: 404, errorNum: 1600 }

describe('DumpContexts', () => {
  let store: Store
  let closeStore: () => Promise<void>
  let clock: FakeClock
  let batches: BatchRegistry
  let dumps: DumpContexts

  before(async () => {
    ;({ store, close: closeStore } = await openTestStore())
    await fillCollection(store, 'c', 25)
  })

  after(() => closeStore())

  beforeEach(() => {
    clock = createFakeClock()
    const clients = new ClientRegistry({
      store,
      clock,
      limits: { clientTtlSeconds: 60, clientsMax: 10 },
    })
    batches = new BatchRegistry({ store, clients, clock, limits: LIMITS })
    dumps = contexts()
  })

  afterEach(() => {
    dumps.close()
    batches.close()
  })

  function contexts(options: Partial<DumpContextsOptions> = {}): DumpContexts {
    const memory = new AnswerMemory(1e6)
    return new DumpContexts({ store, batches, memory, clock, limits: LIMITS, ...options })
  }

  function start(
    { ttlSeconds = 0, ...options }: Partial<DumpStart> & { readonly ttlSeconds?: number } = {},
    own = dumps,
  ): Promise<StartedDump> {
    return own.start({
      request: { ...REQUEST, ttlSeconds },
      useVPack: false,
      owner: OWNER,
      batchId: undefined,
      choose(snapshot) {
        const collection = snapshot.collection(databaseOf(store, '_system'), 'c')
        assert.ok(collection)
        return [collection]
      },
      signal: NEVER,
      ...options,
    })
  }

  function isOpen(id: string): boolean {
    try {
      dumps.use(id, OWNER).release()
      return true
    } catch (error) {
      assert.equal((error as { status?: number }).status, 404)
      return false
    }
  }

  it('gives ids of the known form, each another one, in a later life too', async () => {
    const lives = [dumps, contexts(), contexts()]
    const started = await Promise.all(lives.map((life) => start({}, life)))
    for (const { id } of started) assert.match(id, /^dump-\d+$/)
    assert.equal(new Set(started.map(({ id }) => id)).size, 3)
    assert.notEqual((await start()).id, started[0]?.id)
    for (const life of lives) life.close()
  })

  it('knows a context until it is deleted', async () => {
    const { id } = await start()
    for (const other of ['', 'dump-', id.slice(5), `${id}0`]) assert.equal(isOpen(other), false)
    assert.ok(isOpen(id))
    dumps.delete(id, OWNER)
    assert.equal(isOpen(id), false)
    assert.throws(() => {
      dumps.delete(id, OWNER)
    }, NOT_FOUND)
  })

  it('gives a context only to who started it, in its database', async () => {
    const { id } = await start()
    for (const other of [{ caller: 'user/b' }, { caller: 'superuser' }, { databaseId: 2 }]) {
      const owner = { ...OWNER, ...other }
      const refusal = { status: 403, errorNum: 11 }
      assert.throws(() => dumps.use(id, owner), refusal)
      assert.throws(() => {
        dumps.delete(id, owner)
      }, refusal)
    }
    assert.ok(isOpen(id))
  })

  it('prolongs a context at each use, by its own ttl or the default', async () => {
    for (const [ttlSeconds, lifeMs] of [
      [0, 600_000],
      [10, 10_000],
      [0.5, 500],
      [1e9, 5_000_000],
    ] as const) {
      const { id } = await start({ ttlSeconds })
      for (let round = 0; round < 3; round += 1) {
        clock.move(lifeMs - 1)
        assert.ok(isOpen(id))
      }
      clock.move(lifeMs)
      assert.equal(isOpen(id), false)
    }
    assert.equal(clock.plannedCount, 0)
  })

  it('keeps a context for as long as somebody uses it, and its ttl after that', async () => {
    const { id } = await start({ ttlSeconds: 10 })
    const use = dumps.use(id, OWNER)
    for (let round = 0; round < 5; round += 1) clock.move(9_999)
    use.release()
    clock.move(9_999)
    assert.ok(isOpen(id))
    clock.move(10_000)
    assert.equal(isOpen(id), false)
  })

  it('ends a context by itself, whether it is asked for or not', async () => {
    await start({ ttlSeconds: 10 })
    assert.equal(clock.plannedCount, 1)
    clock.move(10_000)
    assert.equal(clock.plannedCount, 0)
    for (let count = 0; count < LIMITS.openBatchesMax; count += 1) {
      await batches.create(0, NEVER)
    }
  })

  it('counts its snapshots with those of batches', async () => {
    await batches.create(0, NEVER)
    const started: StartedDump[] = []
    for (let count = 1; count < LIMITS.openBatchesMax; count += 1) started.push(await start())
    const full = { status: 503, errorNum: 32 }
    await assert.rejects(start(), full)
    await assert.rejects(batches.create(0, NEVER), full)
    dumps.delete(started[0]?.id ?? '', OWNER)
    await batches.create(0, NEVER)
    await assert.rejects(start(), full)
  })

  it('counts a snapshot until nobody reads it any more', async () => {
    const started: StartedDump[] = []
    for (let count = 0; count < LIMITS.openBatchesMax; count += 1) started.push(await start())
    const id = started[0]?.id ?? ''
    const use = dumps.use(id, OWNER)
    dumps.delete(id, OWNER)
    await assert.rejects(start(), { status: 503, errorNum: 32 })
    use.release()
    assert.ok(isOpen((await start()).id))
  })

  it('refuses more contexts than may be, those over one batch too', async () => {
    const { id: batchId } = await batches.create(0, NEVER)
    for (let count = 0; count < LIMITS.dumpContextsMax; count += 1) await start({ batchId })
    await assert.rejects(start({ batchId }), { status: 503, errorNum: 32 })
  })

  it('holds nothing of a context whose start fails', async () => {
    const fails = new Error('no such collection')
    for (let count = 0; count < 2 * LIMITS.dumpContextsMax; count += 1) {
      const choose = (): never => {
        throw fails
      }
      await assert.rejects(start({ choose }), fails)
    }
    for (let count = 0; count < LIMITS.openBatchesMax; count += 1) await start()
  })

  it('starts nothing for who is gone', async () => {
    await assert.rejects(start({ signal: AbortSignal.abort(new Error('gone')) }))
    assert.equal(clock.plannedCount, 0)
    for (let count = 0; count < LIMITS.openBatchesMax; count += 1) await start()
  })

  describe('over a batch', () => {
    it('says which batch it is, and knows it by an id that is written otherwise', async () => {
      const { id } = await batches.create(0, NEVER)
      assert.equal((await start({ batchId: id })).batchId, id)
      assert.equal((await start({ batchId: `00${id}` })).batchId, id)
      assert.equal((await start()).batchId, undefined)
      await assert.rejects(start({ batchId: '1' }), NOT_FOUND)
    })

    it('sees what the batch sees, and nothing later', async () => {
      const { id: batchId, snapshot } = await batches.create(0, NEVER)
      const { id } = await start({ batchId })
      const [database] = snapshot.databases()
      assert.ok(database)
      const collection = store.collection(database, 'c')
      assert.ok(collection)
      await store.insert(collection, '{"_key":"later"}')
      const use = dumps.use(id, OWNER)
      const own = await start()
      const counts = [use, dumps.use(own.id, OWNER)].map(async (one) => {
        let count = 0
        for (let number = 0n; ; number += 1n) {
          const batch = await one.context.next(number, undefined)
          if (batch === undefined) break
          const { blocks, close } = await batch.open(NEVER)
          for await (const block of blocks) count += block.toString().split('\n').length - 1
          close(true)
        }
        one.release()
        return count
      })
      const [seen = 0, later = 0] = await Promise.all(counts)
      assert.equal(later, seen + 1)
    })

    it('prolongs the batch at each use', async () => {
      const { id: batchId } = await batches.create(10, NEVER)
      const { id } = await start({ batchId })
      for (let round = 0; round < 5; round += 1) {
        clock.move(9_000)
        assert.ok(isOpen(id))
      }
      assert.ok(batches.extend(batchId, 10))
    })

    it('ends with the batch, be it deleted or expired', async () => {
      const deleted = await batches.create(0, NEVER)
      const expired = await batches.create(10, NEVER)
      const started = await Promise.all([
        start({ batchId: deleted.id }),
        start({ batchId: expired.id }),
      ])
      batches.delete(deleted.id)
      clock.move(10_000)
      for (const { id } of started) assert.equal(isOpen(id), false)
      assert.deepEqual([deleted.snapshot.isOpen, expired.snapshot.isOpen], [false, false])
    })

    it('leaves the batch as it is when it is deleted', async () => {
      const { id: batchId, snapshot } = await batches.create(0, NEVER)
      const { id } = await start({ batchId })
      dumps.delete(id, OWNER)
      assert.ok(batches.extend(batchId, 1))
      assert.ok(batches.delete(batchId))
      assert.equal(snapshot.isOpen, false)
    })
  })

  it('ends all contexts when it is closed, and starts no more', async () => {
    const { id: batchId, snapshot } = await batches.create(0, NEVER)
    const { id } = await start({ batchId })
    const own = await start()
    dumps.close()
    assert.deepEqual([isOpen(id), isOpen(own.id), clock.plannedCount], [false, false, 1])
    await assert.rejects(start(), { status: 503, errorNum: 30 })
    batches.delete(batchId)
    assert.equal(snapshot.isOpen, false)
  })
})
