import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { BatchKeeper } from '../../lib/remote/batch-keeper.js'
import type { DumpedChunk } from '../../lib/replica/index.js'
import { countdown } from '../support/countdown.js'
import {
  EXTENSION,
  sendError,
  withLeader,
  type Call,
  type FakeLeader,
  type Script,
} from '../support/fake-leader.js'
import { ManualClock } from '../support/manual-clock.js'

function createKeeper(extend: () => Promise<boolean>) {
  const clock = new ManualClock()
  const failures: unknown[] = []
  const onFailure = (error: unknown): number => failures.push(error)
  return { clock, failures, keeper: new BatchKeeper({ ttlSeconds: 100, extend, onFailure, clock }) }
}

describe('BatchKeeper', () => {
  it('extends every half ttl until it is stopped', async () => {
    let extensions = 0
    const { clock, keeper } = createKeeper(() => {
      extensions += 1
      return Promise.resolve(true)
    })
    for (const expected of [0, 1, 1, 2]) {
      clock.move(25_000)
      await nextTurn()
      assert.equal(extensions, expected)
    }
    await keeper.stop()
    clock.move(1_000_000)
    assert.equal(extensions, 2)
    assert.deepEqual(clock.intervals, [])
  })

  it('extends before a request only when a quarter of the ttl has passed', async () => {
    let extensions = 0
    const { clock, keeper } = createKeeper(() => {
      extensions += 1
      return Promise.resolve(true)
    })
    for (const [ms, expected] of [
      [25_000, 0],
      [1, 1],
      [24_000, 1],
      [1_001, 2],
    ] as const) {
      clock.move(ms)
      await keeper.refresh()
      assert.equal(extensions, expected)
    }
  })

  it('asks once at a time', async () => {
    let answer: (isKnown: boolean) => void = () => undefined
    let extensions = 0
    const { clock, keeper } = createKeeper(() => {
      extensions += 1
      return new Promise((resolve) => {
        answer = resolve
      })
    })
    clock.move(50_000)
    const both = Promise.all([keeper.refresh(), keeper.refresh()])
    answer(true)
    await both
    assert.equal(extensions, 1)
  })

  it('tells a failure, goes on, and asks again the next time', async () => {
    const failure = new Error('busy')
    let isBusy = true
    const { clock, failures, keeper } = createKeeper(() =>
      isBusy ? Promise.reject(failure) : Promise.resolve(true),
    )
    clock.move(30_000)
    await keeper.refresh()
    assert.deepEqual([failures, keeper.isGone], [[failure], false])
    isBusy = false
    await keeper.refresh()
    clock.move(20_000)
    await keeper.refresh()
    assert.deepEqual(failures, [failure])
  })

  it('remembers that the batch is gone and asks no more', async () => {
    let extensions = 0
    const { clock, keeper } = createKeeper(() => {
      extensions += 1
      return Promise.resolve(false)
    })
    clock.move(50_000)
    await nextTurn()
    assert.equal(keeper.isGone, true)
    clock.move(50_000)
    await keeper.stop()
    assert.equal(extensions, 1)
  })
})

describe('Source of a server, keeping a batch alive', () => {
  const parts = [1, 2, 3].map((key) => `{"_key":"${key}"}\n`)

  /** Opens a snapshot, takes one chunk of its dump, and hands over with the dump standing still. */
  async function withStalledDump(
    script: Script,
    use: (stalled: {
      readonly leader: FakeLeader
      readonly clock: ManualClock
      readonly chunks: AsyncIterator<DumpedChunk>
    }) => Promise<void>,
  ): Promise<void> {
    const clock = new ManualClock()
    await withLeader(
      { isTidemark: true, parts, ...script },
      async (leader) => {
        const snapshot = await leader.source.openSnapshot()
        const [first] = (await snapshot.inventory()).collections
        assert.ok(first !== undefined)
        const dump = snapshot.dump(first.definition, { maxInFlightBytes: 1 })
        const chunks = dump[Symbol.asyncIterator]()
        assert.equal((await chunks.next()).done, false)
        await use({ leader, clock, chunks })
        await snapshot.close()
        assert.deepEqual(clock.intervals, [])
      },
      { clock },
    )
  }

  it('extends while nobody takes data', async () => {
    const extended = countdown(1)
    const intercept = ({ name }: Call): boolean => {
      if (name === EXTENSION) extended.count()
      return false
    }
    await withStalledDump({ intercept }, async ({ leader, clock }) => {
      clock.move(299_999)
      assert.ok(!leader.names().includes(EXTENSION))
      clock.move(1)
      await extended.reached
      const call = leader.calls.find(({ name }) => name === EXTENSION)
      assert.equal(call?.body, '{"ttl":600}')
      assert.equal(call.query['serverId'], leader.calls[0]?.query['serverId'])
    })
  })

  it('warns when an extension fails, and reads on', async () => {
    const script: Script = {
      intercept: ({ name }, response) => name === EXTENSION && sendError(response, 503, 0),
    }
    await withStalledDump(script, async ({ leader, clock, chunks }) => {
      clock.move(151_000)
      assert.equal((await chunks.next()).done, false)
      assert.equal((await chunks.next()).done, false)
      assert.equal((await chunks.next()).done, true)
      assert.ok(leader.notices.every(({ kind }) => kind === 'warning'))
      assert.match(leader.notices[0]?.message ?? '', /^Cannot prolong batch 77 at .*503/)
    })
  })

  it('fails with a clear error once the server does not know the batch', async () => {
    for (const status of [400, 404]) {
      const script: Script = {
        intercept: ({ name }, response) => name === EXTENSION && sendError(response, status, 1600),
      }
      await withStalledDump(script, async ({ clock, chunks }) => {
        clock.move(151_000)
        await assert.rejects(chunks.next(), {
          code: 'ERR_REMOTE_STATUS',
          status: 404,
          message: /the batch is gone: it expired, or the server was started anew$/,
        })
      })
    }
  })
})
