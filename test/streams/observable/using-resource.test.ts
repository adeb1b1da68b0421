import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { lastValueFrom, NEVER, of, throwError, toArray, type Observable } from 'rxjs'
import { usingResource } from '../../../lib/streams/index.js'

function logged(use: () => Observable<string>, log: string[]): Observable<string> {
  return usingResource(
    async () => {
      await nextTurn()
      log.push('open')
      return 'resource'
    },
    use,
    async () => {
      await nextTurn()
      log.push('close')
    },
  )
}

describe('usingResource()', () => {
  it('completes after closing', async () => {
    const log: string[] = []
    const all = await lastValueFrom(logged(() => of('a', 'b'), log).pipe(toArray()))
    assert.deepEqual(all, ['a', 'b'])
    assert.deepEqual(log, ['open', 'close'])
  })

  it('fails after closing, with the first error', async () => {
    const log: string[] = []
    const failure = new Error('no')
    await assert.rejects(lastValueFrom(logged(() => throwError(() => failure), log)), failure)
    assert.deepEqual(log, ['open', 'close'])
  })

  it('fails when opening fails, and closes nothing', async () => {
    const failure = new Error('shut')
    const closed: string[] = []
    const opened$ = usingResource(
      () => Promise.reject(failure),
      () => of(1),
      (resource: string) => {
        closed.push(resource)
        return Promise.resolve()
      },
    )
    await assert.rejects(lastValueFrom(opened$), failure)
    assert.deepEqual(closed, [])
  })

  it('fails when closing is all that fails', async () => {
    const failure = new Error('stuck')
    const opened$ = usingResource(
      () => Promise.resolve(1),
      () => of(1),
      () => Promise.reject(failure),
    )
    await assert.rejects(lastValueFrom(opened$), failure)
  })

  it('closes once when the subscriber leaves, before or after opening', async () => {
    for (const turns of [0, 2]) {
      const log: string[] = []
      const subscription = logged(() => NEVER, log).subscribe()
      for (let turn = 0; turn < turns; turn += 1) await nextTurn()
      subscription.unsubscribe()
      while (!log.includes('close')) await nextTurn()
      assert.deepEqual(log, ['open', 'close'])
    }
  })
})
