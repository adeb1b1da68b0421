import assert from 'node:assert/strict'
import { lastValueFrom, take, toArray } from 'rxjs'
import { observeWork } from '../../lib/sync/observe-work.js'

/** Work that never ends by itself. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })
}

describe('observeWork()', () => {
  it('emits, and completes with the work', async () => {
    const work$ = observeWork<number>((emit) => {
      emit(1)
      emit(2)
      return Promise.resolve()
    })
    assert.deepEqual(await lastValueFrom(work$.pipe(toArray())), [1, 2])
    // Cold: a second subscription is a second run.
    assert.deepEqual(await lastValueFrom(work$.pipe(toArray())), [1, 2])
  })

  it('fails with the work', async () => {
    const work$ = observeWork<number>(() => Promise.reject(new Error('no')))
    await assert.rejects(lastValueFrom(work$.pipe(toArray())), { message: 'no' })
  })

  it('aborts the work when its subscriber leaves', async () => {
    let seen: AbortSignal | undefined
    const work$ = observeWork<number>((emit, signal) => {
      seen = signal
      // After the subscription, which would end while it is being made else.
      queueMicrotask(() => {
        emit(1)
      })
      return untilAborted(signal)
    })
    assert.equal(await lastValueFrom(work$.pipe(take(1))), 1)
    assert.equal(seen?.aborted, true)
  })

  it('fails when it is aborted from outside', async () => {
    const controller = new AbortController()
    const work$ = observeWork<number>((_emit, signal) => untilAborted(signal), controller.signal)
    const failed = assert.rejects(lastValueFrom(work$.pipe(toArray())), { message: 'enough' })
    controller.abort(new Error('enough'))
    await failed
  })
})
