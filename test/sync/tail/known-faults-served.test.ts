/*
 * What small tailers of ArangoDB's log have got wrong, one test for each fault, over HTTP, against a
 * real leader; more of it is in `known-faults.test.ts`.
 */
import assert from 'node:assert/strict'
import { lastValueFrom, take, toArray } from 'rxjs'
import { openRemote } from '../../../lib/remote/index.js'
import { checkpointTo, fileCheckpoint, inTurn } from '../../../lib/sync/tail/index.js'
import { startTestLeader, type TestLeader } from '../../server/support/test-leader.js'
import { startCuttingProxy } from '../../support/cutting-proxy.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { eventsOf, keysOf } from './support/tail-events.js'

describe('Faults that tailers of the log have had, and a real leader', () => {
  const { at } = useTemporaryDirectory()

  /** A leader with documents `k1` to `k9` in a collection that was made before. */
  async function withRealLeader(use: (leader: TestLeader) => Promise<void>): Promise<void> {
    const served = await startTestLeader()
    try {
      const c = await served.store.createCollection(served.system, { name: 'c', type: 2 })
      for (let key = 1; key <= 9; key += 1) await served.store.insert(c, `{"_key":"k${key}"}`)
      await use(served)
    } finally {
      await served.close()
    }
  }

  it('position kept over restarts: what was confirmed does not come again, all else does', () =>
    withRealLeader(async ({ url }) => {
      /** One life of a process that dies before it confirms the event behind those it handled. */
      const live = async (count: number): Promise<(string | undefined)[]> => {
        const source = openRemote({ kind: 'remote', url, database: '_system' }, {})
        const checkpoint = fileCheckpoint(at('position'))
        const from = (await checkpoint.load()) ?? 'start'
        const seen: (string | undefined)[] = []
        const handled$ = eventsOf(source, { from }).pipe(
          inTurn((event) => {
            seen.push(event.key)
            return seen.length > count
              ? new Promise<never>(() => undefined)
              : Promise.resolve(event)
          }),
          take(count),
          checkpointTo(checkpoint),
        )
        await lastValueFrom(handled$, { defaultValue: undefined })
        await source.close()
        return seen
      }
      // The collection's making comes first, and has no key.
      const first = await live(4)
      assert.deepEqual(first.slice(0, 4), [undefined, 'k1', 'k2', 'k3'])
      const second = await live(2)
      assert.deepEqual(second.slice(0, 2), ['k4', 'k5'])
      assert.deepEqual((await live(4)).slice(0, 4), ['k6', 'k7', 'k8', 'k9'])
    }))

  it('errors retried: a real leader whose connections break loses nothing', () =>
    withRealLeader(async ({ url }) => {
      const proxy = await startCuttingProxy(url, [700, 900, 1500, 2500])
      const address = { kind: 'remote', url: proxy.url, database: '_system' } as const
      const source = openRemote(address, { retryDelayMs: 1 })
      try {
        const keys = await keysOf(eventsOf(source))
        assert.deepEqual(
          keys.slice(1),
          Array.from({ length: 9 }, (_, key) => `k${key + 1}`),
        )
        assert.ok(proxy.cuts() > 0)
      } finally {
        await source.close()
        proxy.close()
      }
    }))

  it('aborted transactions dropped: what a real leader undid never came into its log', () =>
    withRealLeader(async ({ url, store, system }) => {
      const c = store.collection(system, 'c')
      assert.ok(c !== undefined)
      const undone = store.transaction(system, (operations) => {
        operations.put(c, '{"_key":"undone"}')
        throw new RangeError('no')
      })
      await assert.rejects(undone, RangeError)
      const source = openRemote({ kind: 'remote', url, database: '_system' }, {})
      const keys = await keysOf(eventsOf(source))
      await source.close()
      assert.equal(keys.length, 10)
      assert.ok(!keys.includes('undone'))
    }))

  it('credentials sent: a leader that asks for them refuses who has none', async () => {
    const auth = { kind: 'on', rootPassword: 'correct horse' } as const
    const { url, store, system, close } = await startTestLeader({ auth })
    try {
      await store.createCollection(system, { name: 'c', type: 2 })
      const address = { kind: 'remote', url, database: '_system' } as const
      const stranger = openRemote(address, {})
      await assert.rejects(lastValueFrom(eventsOf(stranger)), {
        code: 'ERR_REMOTE_UNAUTHORIZED',
      })
      await stranger.close()
      const root = openRemote(address, { username: 'root', password: 'correct horse' })
      assert.equal((await keysOf(eventsOf(root))).length, 1)
      await root.close()
    } finally {
      await close()
    }
  })

  it('events carry tick, collection and transaction', () =>
    withRealLeader(async ({ url, store, system }) => {
      const before = store.lastTick
      const c = store.collection(system, 'c')
      const d = await store.createCollection(system, { name: 'd', type: 2 })
      assert.ok(c !== undefined)
      const written = await store.transaction(system, (operations) => [
        operations.put(c, '{"_key":"x"}'),
        operations.put(d, '{"_key":"y"}'),
      ])
      const alone = await store.insert(d, '{"_key":"z"}')
      const source = openRemote({ kind: 'remote', url, database: '_system' }, {})
      const events = await lastValueFrom(eventsOf(source, { from: before }).pipe(toArray()))
      await source.close()
      assert.deepEqual(
        events.map(({ kind, collection, key }) => [kind, collection, key]),
        [
          ['create-collection', 'd', undefined],
          ['put', 'c', 'x'],
          ['put', 'd', 'y'],
          ['put', 'd', 'z'],
        ],
      )
      const ticks = events.slice(1).map(({ tick }) => tick)
      assert.deepEqual(
        ticks,
        [...written, alone].map(({ tick }) => tick),
      )
      const [, x, y, z] = events.map(({ transactionId }) => transactionId)
      assert.ok(x !== undefined && x === y && z === undefined)
      for (const event of events) assert.equal(event.id, `${store.serverId}-${event.tick}`)
      // Only behind the last change of a transaction may somebody begin anew.
      assert.deepEqual(
        events.map(({ position }) => position !== undefined),
        [true, false, true, true],
      )
    }))
})
