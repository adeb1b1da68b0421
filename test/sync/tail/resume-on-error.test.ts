import assert from 'node:assert/strict'
import { defer, EMPTY, Observable, of, throwError } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { RemoteStatusError, RemoteUnauthorizedError } from '../../../lib/remote/index.js'
import { resumeOnError, type TailRetry } from '../../../lib/sync/tail/resume-on-error.js'
import { TailError } from '../../../lib/sync/tail/tail-error.js'
import type { TailChunk } from '../../../lib/sync/tail/tail-item.js'

const TASK = { task: 'read the log', address: 'http://x' }
const GONE = new Error('gone')

/** A chunk of which only the name and the rest matter. */
function chunkWith(name: string, rest: () => Observable<TailChunk>): TailChunk {
  return { name, rest } as unknown as TailChunk
}

function nameOf(chunk: TailChunk): string {
  return (chunk as unknown as { name: string }).name
}

/** Runs a tail in virtual time; delays are the longest possible. */
function run(chunk$: Observable<TailChunk>, options: object = {}) {
  const seen: unknown[] = []
  const retries: TailRetry[] = []
  new TestScheduler(assert.deepEqual).run(() => {
    const onRetry = (retry: TailRetry): void => void retries.push(retry)
    const random = (): number => 0.999_999
    chunk$.pipe(resumeOnError({ random, onRetry, ...options })).subscribe({
      next: (chunk) => seen.push(nameOf(chunk)),
      error: (error: unknown) => seen.push(error),
      complete: () => seen.push('complete'),
    })
  })
  return { seen, retries }
}

/** Fails so many times in a row, then completes. */
function failing(times: number, error: unknown = GONE): Observable<TailChunk> {
  let count = 0
  return defer(() => {
    count += 1
    return count > times ? EMPTY : throwError(() => error)
  })
}

describe('resumeOnError()', () => {
  it('tries again what it is told to, and nothing else', () => {
    const isPassing = (error: unknown): boolean => error instanceof RemoteUnauthorizedError
    const refused = new RemoteUnauthorizedError(TASK, 'no')
    assert.deepEqual(run(failing(2, refused), { isPassing }).seen, ['complete'])
    assert.deepEqual(run(failing(1), { isPassing }).seen, [GONE])
  })

  it('goes on behind the last chunk', () => {
    const after = (name: string, next$: Observable<TailChunk>): Observable<TailChunk> =>
      new Observable((subscriber) => {
        subscriber.next(chunkWith(name, () => next$))
        subscriber.error(GONE)
      })
    const { seen, retries } = run(after('a', after('b', EMPTY)))
    assert.deepEqual(seen, ['a', 'b', 'complete'])
    assert.deepEqual(
      retries.map(({ attempt }) => attempt),
      [1, 1],
    )
  })

  it('subscribes to the tail anew when no chunk has come', () => {
    const { seen, retries } = run(failing(1))
    assert.deepEqual([seen, retries.length], [['complete'], 1])
  })

  it('doubles the delay up to the longest, and spreads it', () => {
    const { retries } = run(failing(7))
    assert.deepEqual(
      retries.map(({ delayMs }) => delayMs),
      [999, 1999, 3999, 7999, 15_999, 29_999, 29_999],
    )
    assert.deepEqual(
      retries.map(({ attempt }) => attempt),
      [1, 2, 3, 4, 5, 6, 7],
    )
    const none = run(failing(3), { random: () => 0 })
    assert.deepEqual(
      none.retries.map(({ delayMs }) => delayMs),
      [0, 0, 0],
    )
  })

  it('gives up after as many failures in a row as it is told', () => {
    const { seen, retries } = run(failing(3), { retries: 2 })
    assert.deepEqual([seen, retries.length], [[GONE], 2])
    assert.equal(run(failing(101)).seen[0], GONE)
    assert.equal(run(failing(100)).seen[0], 'complete')
  })

  it('begins to count anew with each chunk', () => {
    let count = 0
    const again$: Observable<TailChunk> = defer(() => {
      count += 1
      if (count > 9) return EMPTY
      if (count % 3 > 0) return throwError(() => GONE)
      return of(chunkWith(String(count), () => again$))
    })
    const { retries, seen } = run(
      new Observable((subscriber) => {
        subscriber.next(chunkWith('first', () => again$))
        subscriber.error(GONE)
      }),
      { retries: 3 },
    )
    assert.deepEqual(
      retries.map(({ attempt }) => attempt),
      [1, 2, 3],
    )
    assert.deepEqual(seen, ['first', '3', 'complete'])
  })

  it('tells of each delay in words', () => {
    const messages: string[] = []
    run(failing(1), { onNotice: ({ message }: { message: string }) => messages.push(message) })
    assert.deepEqual(messages, ['gone; following on in 1.0 s'])
  })

  const refusal = (status: number): RemoteStatusError =>
    new RemoteStatusError(TASK, { status, errorNum: 0, errorMessage: '' })
  const lasting = [
    new TailError('ERR_TAIL_GAP', 'x'),
    new RemoteUnauthorizedError(TASK, 'x'),
    refusal(403),
    refusal(404),
    new TypeError('x'),
    new RangeError('x'),
    new DOMException('x', 'AbortError'),
  ]
  for (const [index, error] of lasting.entries()) {
    it(`passes on what does not go away: ${error.name} (${String(index)})`, () => {
      const { seen, retries } = run(failing(1, error))
      assert.deepEqual([seen, retries], [[error], []])
    })
  }

  it('tries again after what a server may get over', () => {
    for (const status of [408, 429, 500, 503]) {
      assert.deepEqual(run(failing(1, refusal(status))).seen, ['complete'])
    }
  })

  it('shares nothing between subscriptions', () => {
    const tail$ = of(chunkWith('a', () => EMPTY)).pipe(resumeOnError())
    const names: string[] = []
    tail$.subscribe((chunk) => names.push(nameOf(chunk)))
    tail$.subscribe((chunk) => names.push(nameOf(chunk)))
    assert.deepEqual(names, ['a', 'a'])
  })

  it('refuses figures out of range', () => {
    for (const wrong of [{ retries: -1 }, { minDelayMs: -1 }, { maxDelayMs: 999 }]) {
      assert.throws(() => resumeOnError(wrong), RangeError)
    }
  })
})
