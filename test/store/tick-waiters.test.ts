import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { TickWaiters } from '../../lib/store/tick-waiters.js'
import { tick } from '../../lib/values/index.js'

describe('TickWaiters', () => {
  let lastTick = tick(0n)
  let waiters: TickWaiters

  beforeEach(() => {
    lastTick = tick(10n)
    waiters = new TickWaiters(() => lastTick)
  })

  it('wait() resolves at once for a tick that is passed, and with no time to wait', async () => {
    assert.equal(await waiters.wait(tick(9n), { timeoutMs: Infinity }), 10n)
    assert.equal(await waiters.wait(tick(10n), { timeoutMs: 0 }), 10n)
    assert.ok(waiters.isEmpty)
  })

  it('wake() wakes only those who wait for less than the newest tick', async () => {
    const near = waiters.wait(tick(10n), { timeoutMs: Infinity })
    const far = waiters.wait(tick(11n), { timeoutMs: Infinity })
    const woken: string[] = []
    void near.then(() => woken.push('near'))
    void far.then(() => woken.push('far'))
    lastTick = tick(11n)
    waiters.wake()
    assert.equal(await near, 11n)
    assert.deepEqual(woken, ['near'])
    assert.equal(waiters.isEmpty, false)
    lastTick = tick(12n)
    waiters.wake()
    assert.equal(await far, 12n)
    assert.ok(waiters.isEmpty)
  })

  it('wait() ends with its time, with the tick as it is', async () => {
    assert.equal(await waiters.wait(tick(50n), { timeoutMs: 1 }), 10n)
    assert.ok(waiters.isEmpty)
  })

  it('wait() rejects with the reason of its signal, and leaves no listener', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const reason = new Error('enough')
    const waiting = waiters.wait(tick(10n), { timeoutMs: Infinity, signal })
    assert.equal(getEventListeners(signal, 'abort').length, 1)
    controller.abort(reason)
    await assert.rejects(waiting, reason)
    assert.ok(waiters.isEmpty)
    assert.equal(getEventListeners(signal, 'abort').length, 0)
    await assert.rejects(waiters.wait(tick(0n), { timeoutMs: 1, signal }), reason)
  })

  it('wait() takes its listener back once it was woken', async () => {
    const { signal } = new AbortController()
    const waiting = waiters.wait(tick(10n), { timeoutMs: 60_000, signal })
    lastTick = tick(11n)
    waiters.wake()
    await waiting
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  it('fail() rejects all who wait', async () => {
    const waiting = [1n, 2n].map((more) => waiters.wait(tick(10n + more), { timeoutMs: Infinity }))
    const error = new Error('closed')
    waiters.fail(error)
    for (const each of waiting) await assert.rejects(each, error)
    assert.ok(waiters.isEmpty)
  })
})
