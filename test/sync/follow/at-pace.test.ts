import assert from 'node:assert/strict'
import { Subject, take } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { atPace } from '../../../lib/sync/follow/at-pace.js'

function run(work: Parameters<TestScheduler['run']>[0], scheduler: TestScheduler): void {
  scheduler.run(work)
}

describe('atPace()', () => {
  const rows = [
    ['lets a lone value pass at once', '--a----------|', '--a----------|'],
    ['gives the newest value each interval', '-abcdefgh-------|', '-a---e---h------|'],
    ['passes a value after a pause at once', 'a---------b----|', 'a---------b----|'],
    ['tells the last value before it completes', 'ab|', 'a-(b|)'],
    ['tells the last value before an error', 'ab#', 'a-(b#)'],
    ['is empty when its source is', '---|', '---|'],
    ['never ends when its source does not', 'a', 'a'],
    ['passes an error on', '-#', '-#'],
  ] as const
  for (const [what, source, expected] of rows) {
    it(what, () => {
      const scheduler = new TestScheduler(assert.deepEqual)
      run(({ cold, expectObservable }) => {
        expectObservable(cold(source).pipe(atPace(4, scheduler))).toBe(expected)
      }, scheduler)
    })
  }

  it('lets go of its source and its timer when unsubscribed', () => {
    const scheduler = new TestScheduler(assert.deepEqual)
    run(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('ab--c---')
      expectObservable(source$.pipe(atPace(4, scheduler)), '---!').toBe('a')
      expectSubscriptions(source$.subscriptions).toBe('^--!')
    }, scheduler)
  })

  it('keeps the state of two subscriptions apart', () => {
    const scheduler = new TestScheduler(assert.deepEqual)
    run(({ hot, expectObservable }) => {
      const paced$ = hot('abc------').pipe(atPace(4, scheduler))
      expectObservable(paced$).toBe('a---c')
      expectObservable(paced$, '-^').toBe('-b---c')
    }, scheduler)
  })

  it('takes no value after it was left in the middle of one', () => {
    const values: number[] = []
    const source$ = new Subject<number>()
    const scheduler = new TestScheduler(assert.deepEqual)
    source$.pipe(atPace(4, scheduler), take(1)).subscribe((value) => values.push(value))
    source$.next(1)
    source$.next(2)
    scheduler.flush()
    assert.deepEqual(values, [1])
    assert.equal(source$.observed, false)
  })
})
