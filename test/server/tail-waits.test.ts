import assert from 'node:assert/strict'
import { TailWaits } from '../../lib/server/tail-waits.js'
import type { Store } from '../../lib/store/index.js'
import { createFakeClock, type FakeClock } from './support/fake-clock.js'
import { openTestStore } from './support/test-leader.js'

const NEVER = new AbortController().signal

describe('TailWaits', () => {
  let store: Store
  let closeStore: () => Promise<void>
  let clock: FakeClock
  let waits: TailWaits

  before(async () => {
    ;({ store, close: closeStore } = await openTestStore())
  })

  after(() => closeStore())

  beforeEach(() => {
    clock = createFakeClock()
    waits = new TailWaits({ store, clock, limits: { tailWaitsMax: 2 } })
  })

  function wait(signal = NEVER): Promise<boolean> {
    return waits.untilAbove(store.lastTick, 5000, signal)
  }

  it('untilAbove() resolves to true once the log has grown', async () => {
    const waiting = wait()
    assert.equal(waits.count, 1)
    await store.createDatabase('grown')
    assert.equal(await waiting, true)
    assert.deepEqual([waits.count, clock.plannedCount], [0, 0])
  })

  it('untilAbove() resolves to false when the time is over', async () => {
    const waiting = wait()
    clock.move(4999)
    assert.equal(waits.count, 1)
    clock.move(1)
    assert.equal(await waiting, false)
    assert.equal(await wait(), false)
    assert.deepEqual([waits.count, clock.plannedCount], [0, 0])
  })

  it('untilAbove() rejects at once when its client goes away', async () => {
    const gone = new AbortController()
    const reason = new Error('gone')
    const waiting = wait(gone.signal)
    gone.abort(reason)
    await assert.rejects(waiting, reason)
    assert.deepEqual([waits.count, clock.plannedCount], [0, 0])
    await assert.rejects(wait(gone.signal), reason)
  })

  it('lets only so many wait', async () => {
    const waiting = [wait(), wait()]
    assert.equal(await wait(), false)
    clock.move(5000)
    assert.deepEqual(await Promise.all(waiting), [false, false])
  })

  it('close() ends all waits, and lets nobody wait any more', async () => {
    const waiting = [wait(), wait()]
    waits.close()
    assert.deepEqual(await Promise.all(waiting), [false, false])
    assert.equal(await wait(), false)
    assert.equal(waits.count, 0)
  })

  it('passes on what else goes wrong', async () => {
    const failing = { waitForTick: () => Promise.reject(new Error('disk')) }
    const broken = new TailWaits({ store: failing, clock, limits: { tailWaitsMax: 2 } })
    await assert.rejects(broken.untilAbove(store.lastTick, 5000, NEVER), /disk/)
    assert.equal(broken.count, 0)
  })
})
