import assert from 'node:assert/strict'
import { VirtualTimeScheduler } from 'rxjs'
import { waitFor } from '../../lib/sync/index.js'

describe('waitFor()', () => {
  it('waits as long as it is told, by the time of its scheduler', async () => {
    const scheduler = new VirtualTimeScheduler()
    const { signal } = new AbortController()
    const waiting = waitFor(60_000, { scheduler, signal })
    scheduler.flush()
    await waiting
    assert.equal(scheduler.now(), 60_000)
  })

  it('ends with the reason of its signal, at once', async () => {
    const controller = new AbortController()
    const waiting = waitFor(60_000, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
    await assert.rejects(waitFor(60_000, { signal: controller.signal }), /enough/)
  })
})
