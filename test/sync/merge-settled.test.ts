import assert from 'node:assert/strict'
import { lastValueFrom, NEVER, Observable, of, Subject, toArray } from 'rxjs'
import { mergeSettled } from '../../lib/sync/merge-settled.js'

describe('mergeSettled()', () => {
  const alone = { signal: undefined }
  const toEnd = <Value>(values$: Observable<Value>): Promise<Value[]> =>
    lastValueFrom(values$.pipe(toArray()))

  it('completes without items', async () => {
    assert.deepEqual(await toEnd(mergeSettled([], { ...alone, atOnce: 2 }, () => NEVER)), [])
  })

  it('goes through items one by one, in order', async () => {
    const values$ = mergeSettled([1, 2, 3], { ...alone, atOnce: 1 }, (n) => of(n, n * 10))
    assert.deepEqual(await toEnd(values$), [1, 10, 2, 20, 3, 30])
  })

  it('has as many under way as it may, and begins another one when one is done', async () => {
    const subjects = new Map([1, 2, 3].map((n) => [n, new Subject<number>()]))
    const begun: number[] = []
    const values$ = mergeSettled([1, 2, 3], { ...alone, atOnce: 2 }, (n) => {
      begun.push(n)
      return subjects.get(n) as Subject<number>
    })
    const all = toEnd(values$)
    assert.deepEqual(begun, [1, 2])
    subjects.get(2)?.complete()
    assert.deepEqual(begun, [1, 2, 3])
    subjects.get(3)?.next(33)
    subjects.get(3)?.complete()
    subjects.get(1)?.complete()
    assert.deepEqual(await all, [33])
  })

  it('aborts the others at the first failure, and tells it when all have ended', () => {
    const failing = new Subject<string>()
    const others: string[] = []
    let endOther: (() => void) | undefined
    const slow = (signal: AbortSignal): Observable<string> =>
      new Observable((subscriber) => {
        signal.addEventListener('abort', () => {
          others.push('aborted')
          endOther = () => {
            subscriber.error(signal.reason)
          }
        })
      })
    const values$ = mergeSettled(
      ['fails', 'slow', 'never'],
      { ...alone, atOnce: 2 },
      (name, end) =>
        name === 'fails' ? failing : name === 'slow' ? slow(end) : of(String(others.push('begun'))),
    )
    let told: unknown
    values$.subscribe({ error: (error: unknown) => (told = error) })
    const first = new Error('the first')
    failing.error(first)
    assert.deepEqual(others, ['aborted'])
    assert.equal(told, undefined)
    endOther?.()
    assert.equal(told, first)
    assert.deepEqual(others, ['aborted'])
  })

  it('tells what the work throws', async () => {
    const values$ = mergeSettled([1], { ...alone, atOnce: 1 }, () => {
      throw new RangeError('thrown')
    })
    await assert.rejects(toEnd(values$), new RangeError('thrown'))
  })

  it('passes the outer signal on', async () => {
    const controller = new AbortController()
    const endOnAbort = (signal: AbortSignal): Observable<never> =>
      new Observable((subscriber) => {
        signal.addEventListener('abort', () => {
          subscriber.error(signal.reason)
        })
      })
    const options = { signal: controller.signal, atOnce: 2 }
    const all = toEnd(mergeSettled([1, 2, 3], options, (_n, signal) => endOnAbort(signal)))
    controller.abort(new Error('enough'))
    await assert.rejects(all, new Error('enough'))
  })

  it('aborts what is under way when the subscriber leaves', () => {
    const signals: AbortSignal[] = []
    const subscription = mergeSettled([1, 2], { ...alone, atOnce: 2 }, (_n, signal) => {
      signals.push(signal)
      return NEVER
    }).subscribe()
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, false],
    )
    subscription.unsubscribe()
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    )
  })
})
