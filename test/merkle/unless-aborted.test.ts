import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { unlessAborted } from '../../lib/merkle/unless-aborted.js'

const never = new Promise<never>(() => undefined)
const reason = new Error('enough')

describe('unlessAborted()', () => {
  it('gives what the promise gives', async () => {
    const { signal } = new AbortController()
    const mistake = new Error('a mistake')
    assert.equal(await unlessAborted(Promise.resolve(7), signal), 7)
    await assert.rejects(unlessAborted(Promise.reject(mistake), signal), mistake)
  })

  it('does not wait any more when the signal is aborted', async () => {
    const stop = new AbortController()
    const waiting = unlessAborted(never, stop.signal)
    stop.abort(reason)
    await assert.rejects(waiting, reason)
    await assert.rejects(unlessAborted(never, stop.signal), reason)
    await assert.rejects(unlessAborted(Promise.resolve(7), stop.signal), reason)
  })

  it('hears no more of a promise that fails later', async () => {
    const stop = new AbortController()
    let fail: (error: Error) => void = () => undefined
    const later = new Promise<never>((_, reject) => (fail = reject))
    const waiting = unlessAborted(later, stop.signal)
    stop.abort(reason)
    fail(new Error('too late'))
    await assert.rejects(waiting, reason)
  })

  it('leaves nothing at the signal', async () => {
    const { signal } = new AbortController()
    for (let round = 0; round < 20; round += 1) await unlessAborted(Promise.resolve(), signal)
    await Promise.resolve()
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })
})
