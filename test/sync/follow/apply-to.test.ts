import assert from 'node:assert/strict'
import { EMPTY, NEVER, of, Subject, take, throwError } from 'rxjs'
import { applyTo, type AppliedGroups, type ApplyToOptions } from '../../../lib/sync/index.js'
import type { TailGroup } from '../../../lib/sync/tail/tail-item.js'
import { createFakeTarget, groupAt, settle, type FakeTarget } from './support/fake-groups.js'

interface Run {
  readonly groups$: Subject<TailGroup>
  readonly applied: AppliedGroups[]
  readonly outcome: { error?: unknown; isComplete?: boolean }
  readonly leave: () => void
}

function follow(target: FakeTarget, options: ApplyToOptions = {}): Run {
  const groups$ = new Subject<TailGroup>()
  const applied: AppliedGroups[] = []
  const outcome: Run['outcome'] = {}
  const subscription = groups$.pipe(applyTo(target, options)).subscribe({
    next: (one) => applied.push(one),
    error: (error: unknown) => {
      outcome.error = error
    },
    complete: () => {
      outcome.isComplete = true
    },
  })
  return {
    groups$,
    applied,
    outcome,
    leave: () => {
      subscription.unsubscribe()
    },
  }
}

const ticksOf = (target: FakeTarget): (readonly bigint[])[] =>
  target.calls.map(({ groups }) => groups)

describe('applyTo()', () => {
  it('applies what comes together in one call, and holds it until that has ended', async () => {
    const target = createFakeTarget(true)
    const { groups$, applied } = follow(target)
    const groups = [groupAt(1n), groupAt(2n), groupAt(3n)]
    for (const group of groups) groups$.next(group)
    await settle()
    assert.deepEqual(ticksOf(target), [[1n, 2n, 3n]])
    assert.deepEqual(target.calls[0]?.position.tick, 3n)
    assert.deepEqual(
      groups.map((group) => group.holds()),
      [1, 1, 1],
    )
    assert.equal(applied.length, 0)
    await target.finish()
    assert.deepEqual(
      groups.map((group) => group.holds()),
      [0, 0, 0],
    )
    assert.deepEqual(
      applied.map(({ position, result }) => [position.tick, result.markers]),
      [[3n, 3]],
    )
  })

  it('gathers what comes while a call is under way', async () => {
    const target = createFakeTarget(true)
    const { groups$ } = follow(target)
    groups$.next(groupAt(1n))
    await settle()
    for (const at of [2n, 3n]) groups$.next(groupAt(at))
    await settle()
    assert.deepEqual(ticksOf(target), [[1n]])
    await target.finish()
    assert.deepEqual(ticksOf(target), [[1n], [2n, 3n]])
  })

  it('bounds a call by bytes, and lets a larger group go alone', async () => {
    const target = createFakeTarget()
    const { groups$, applied } = follow(target, { batchBytes: 250 })
    for (const group of [
      groupAt(1n),
      groupAt(2n),
      groupAt(3n),
      groupAt(4n, { bytes: 900 }),
      groupAt(5n),
    ])
      groups$.next(group)
    await settle()
    assert.deepEqual(ticksOf(target), [[1n, 2n], [3n], [4n], [5n]])
    assert.equal(applied.length, 4)
  })

  it('takes a group that comes right when the last one has been dealt with', async () => {
    const target = createFakeTarget()
    const { groups$, applied } = follow(target)
    for (let at = 1n; at <= 20n; at += 1n) {
      groups$.next(groupAt(at))
      // Every place in the queue of microtasks between two groups.
      for (let turn = 0; turn < Number(at); turn += 1) await Promise.resolve()
    }
    await settle()
    assert.equal(applied.at(-1)?.position.tick, 20n)
    assert.deepEqual(ticksOf(target).flat().length, 20)
  })

  it('is level only where nothing waits', async () => {
    const target = createFakeTarget(true)
    const { groups$, applied } = follow(target)
    groups$.next(groupAt(1n, { isLevel: true }))
    await settle()
    groups$.next(groupAt(2n, { isLevel: true }))
    await target.finish()
    await target.finish()
    assert.deepEqual(
      applied.map(({ isLevel }) => isLevel),
      [false, true],
    )
  })

  it('saves a position behind which nothing was for the target now and then', async () => {
    const target = createFakeTarget()
    let nowMs = 0
    const { groups$, applied } = follow(target, { now: () => nowMs })
    for (const [ms, at] of [
      [0, 1n],
      [9_999, 2n],
      [10_000, 3n],
      [11_000, 4n],
    ] as const) {
      nowMs = ms
      groups$.next(groupAt(at, { markers: 0 }))
      await settle()
    }
    assert.deepEqual(
      target.calls.map(({ groups, position }) => [groups.length, position.tick]),
      [[0, 3n]],
    )
    assert.deepEqual(
      applied.map(({ position }) => position.tick),
      [1n, 2n, 3n, 4n],
    )
  })

  it('saves the first position at once where it is to', async () => {
    const target = createFakeTarget()
    const run = follow(target, { savesFirst: true, now: () => 5 })
    for (const at of [3n, 4n]) {
      run.groups$.next(groupAt(at, { markers: 0 }))
      await settle()
    }
    assert.deepEqual(
      target.calls.map(({ groups, position }) => [groups, position.tick]),
      [[[], 3n]],
    )
    run.leave()
  })

  it('saves the last position once its source completes', async () => {
    const target = createFakeTarget()
    const { groups$, outcome } = follow(target, { now: () => 0 })
    groups$.next(groupAt(1n))
    groups$.next(groupAt(2n, { markers: 0 }))
    await settle()
    groups$.next(groupAt(3n, { markers: 0 }))
    groups$.complete()
    await settle()
    assert.deepEqual(
      target.calls.map(({ groups, position }) => [groups, position.tick]),
      [
        [[1n], 2n],
        [[], 3n],
      ],
    )
    assert.equal(outcome.isComplete, true)
  })

  it('changes positions as it is told before they are saved and told', async () => {
    const target = createFakeTarget()
    const selection = { collections: ['a'] }
    const { groups$, applied } = follow(target, { toPosition: (one) => ({ ...one, selection }) })
    groups$.next(groupAt(1n))
    await settle()
    assert.deepEqual(target.calls[0]?.position.selection, selection)
    assert.deepEqual(applied[0]?.position.selection, selection)
  })

  it('applies what waits before it completes', async () => {
    const target = createFakeTarget(true)
    const { groups$, outcome } = follow(target)
    groups$.next(groupAt(1n))
    groups$.complete()
    await settle()
    assert.equal(outcome.isComplete, undefined)
    await target.finish()
    assert.equal(outcome.isComplete, true)
  })

  it('lets the call under way end before an error of its source, and gives up what waits', async () => {
    const target = createFakeTarget(true)
    const { groups$, outcome, applied } = follow(target)
    const waiting = groupAt(2n)
    groups$.next(groupAt(1n))
    await settle()
    groups$.next(waiting)
    const error = new Error('gone')
    groups$.error(error)
    await settle()
    assert.deepEqual([outcome.error, waiting.holds()], [undefined, 0])
    await target.finish()
    assert.equal(outcome.error, error)
    assert.deepEqual(ticksOf(target), [[1n]])
    assert.equal(applied.length, 1)
  })

  it('fails with what the target fails with, and lets go of all groups', async () => {
    const target = createFakeTarget(true)
    const { groups$, outcome } = follow(target)
    const groups = [groupAt(1n), groupAt(2n)]
    groups$.next(groups[0] as TailGroup)
    await settle()
    groups$.next(groups[1] as TailGroup)
    const error = new Error('disk is full')
    await target.finish(error)
    assert.equal(outcome.error, error)
    assert.deepEqual(
      groups.map((group) => group.holds()),
      [0, 0],
    )
    assert.equal(groups$.observed, false)
  })

  it('lets go of what waits when it is left', async () => {
    const target = createFakeTarget(true)
    const { groups$, leave, applied } = follow(target)
    const waiting = groupAt(2n)
    groups$.next(groupAt(1n))
    await settle()
    groups$.next(waiting)
    leave()
    assert.deepEqual([waiting.holds(), groups$.observed], [0, false])
    await target.finish()
    assert.deepEqual([ticksOf(target), applied], [[[1n]], []])
  })

  it('completes, fails and waits as its source does where there are no groups', async () => {
    const target = createFakeTarget()
    const said: string[] = []
    const listen = (name: string): object => ({
      error: (error: Error) => said.push(`${name} ${error.message}`),
      complete: () => said.push(`${name} done`),
    })
    const apply = applyTo(target)
    EMPTY.pipe(apply).subscribe(listen('empty'))
    NEVER.pipe(apply).subscribe(listen('never'))
    throwError(() => new Error('bad'))
      .pipe(apply)
      .subscribe(listen('error'))
    await settle()
    assert.deepEqual(said.sort(), ['empty done', 'error bad'])
    assert.deepEqual(target.calls, [])
  })

  it('shares nothing between two subscriptions', async () => {
    const target = createFakeTarget()
    const applied$ = of(groupAt(1n)).pipe(applyTo(target), take(1))
    applied$.subscribe()
    applied$.subscribe()
    await settle()
    assert.deepEqual(ticksOf(target), [[1n], [1n]])
  })
})
