import assert from 'node:assert/strict'
import { concat, NEVER, Observable, of, take, throwError, timer, type Subscription } from 'rxjs'
import { emitHeld } from '../../../lib/sync/tail/emit-held.js'
import { repeatSteps } from '../../../lib/sync/tail/repeat-steps.js'

describe('repeatSteps()', () => {
  it('runs many steps that end at once', () => {
    let count = 0
    let sum = 0
    let isComplete = false
    repeatSteps(() => ((count += 1) > 100_000 ? undefined : of(1))).subscribe({
      next: (value) => (sum += value),
      complete: () => (isComplete = true),
    })
    assert.deepEqual([sum, isComplete], [100_000, true])
  })

  it('waits for steps that take time', (done) => {
    let count = 0
    const times: number[] = []
    repeatSteps(() => ((count += 1) > 3 ? undefined : timer(1))).subscribe({
      next: () => times.push(count),
      complete: () => {
        assert.deepEqual(times, [1, 2, 3])
        done()
      },
    })
  })

  it('fails with a step, and with what making one throws', () => {
    const errors: string[] = []
    const failing = (): Observable<never> => throwError(() => new Error('step'))
    const throwing = (): never => {
      throw new Error('making')
    }
    for (const next of [failing, throwing]) {
      repeatSteps(next).subscribe({ error: (error: unknown) => errors.push(String(error)) })
    }
    assert.deepEqual(errors, ['Error: step', 'Error: making'])
  })

  it('ends the step under way when its subscriber leaves', () => {
    let isEnded = false
    const step$ = concat(of(1), new Observable<never>(() => () => (isEnded = true)))
    const values: number[] = []
    repeatSteps(() => step$)
      .pipe(take(1))
      .subscribe((value) => values.push(value))
    assert.deepEqual([values, isEnded], [[1], true])
    const subscription: Subscription = repeatSteps(() => NEVER).subscribe()
    subscription.unsubscribe()
    assert.equal(subscription.closed, true)
  })
})

describe('emitHeld()', () => {
  it('completes at once where nobody holds the item', () => {
    const seen: unknown[] = []
    emitHeld(() => 'item').subscribe({
      next: (item) => seen.push(item),
      complete: () => seen.push('complete'),
    })
    assert.deepEqual(seen, ['item', 'complete'])
  })

  it('completes when the last hold is given up', () => {
    const releases: (() => void)[] = []
    let isComplete = false
    emitHeld((hold) => hold).subscribe({
      next: (hold) => releases.push(hold(), hold()),
      complete: () => (isComplete = true),
    })
    releases[0]?.()
    releases[0]?.()
    assert.equal(isComplete, false)
    releases[1]?.()
    assert.equal(isComplete, true)
  })

  it('refuses a hold when the tail has gone on', () => {
    let hold: (() => () => void) | undefined
    emitHeld((given) => given).subscribe((given) => (hold = given))
    assert.throws(() => hold?.(), { name: 'TypeError' })
  })
})
