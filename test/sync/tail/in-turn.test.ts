import assert from 'node:assert/strict'
import { EMPTY, from, NEVER, Observable, of, Subject, take } from 'rxjs'
import { inTurn } from '../../../lib/sync/tail/in-turn.js'
import { ItemSource, turn, type NamedItem } from './support/tail-items.js'

/** Subscribes, and keeps what comes. */
function watch(item$: Observable<NamedItem>): {
  names: string[]
  ends: unknown[]
  leave: () => void
} {
  const names: string[] = []
  const ends: unknown[] = []
  const subscription = item$.subscribe({
    next: ({ name }) => names.push(name),
    error: (error: unknown) => ends.push(error),
    complete: () => ends.push('complete'),
  })
  const leave = (): void => {
    subscription.unsubscribe()
  }
  return { names, ends, leave }
}

describe('inTurn()', () => {
  it('does one thing after the other, and holds what is not done', () => {
    const source = new ItemSource()
    const works: Subject<void>[] = []
    const begun: string[] = []
    const { names, ends } = watch(
      source.item$.pipe(
        inTurn(({ name }) => {
          const work$ = new Subject<void>()
          works.push(work$)
          begun.push(name)
          return work$
        }),
      ),
    )
    source.emit('a')
    source.emit('b')
    source.complete()
    assert.deepEqual([begun, names, source.held, ends], [['a'], [], ['a', 'b'], []])
    works[0]?.next()
    works[0]?.complete()
    assert.deepEqual([begun, names, source.held, ends], [['a', 'b'], ['a'], ['b'], []])
    works[1]?.complete()
    assert.deepEqual([names, source.held, ends], [['a', 'b'], [], ['complete']])
  })

  it('ends work that begins while its consumer leaves', () => {
    const source = new ItemSource()
    let running = 0
    const work$ = new Observable(() => {
      running += 1
      return () => {
        running -= 1
      }
    })
    const watched = watch(
      source.item$.pipe(
        inTurn(() => {
          watched.leave()
          return work$
        }),
      ),
    )
    source.emit('a')
    assert.deepEqual([running, source.held], [0, []])
  })

  it('leaves its source before it lets go of what was not done', () => {
    const endedAtRelease: number[] = []
    let ended = 0
    const item$ = new Observable<NamedItem>((subscriber) => {
      const hold = () => () => void endedAtRelease.push(ended)
      subscriber.next({ name: 'a', position: undefined, hold })
      return () => {
        ended += 1
      }
    })
    watch(item$.pipe(inTurn(() => NEVER))).leave()
    assert.deepEqual(endedAtRelease, [1])
  })

  it('takes promises', async () => {
    const source = new ItemSource()
    const { names } = watch(source.item$.pipe(inTurn(() => Promise.resolve(1))))
    source.emit('a')
    source.emit('b')
    assert.deepEqual([names, source.held], [[], ['a', 'b']])
    await turn()
    assert.deepEqual([names, source.held], [['a', 'b'], []])
  })

  it('lets whoever comes next hold the item before it is let go', () => {
    const source = new ItemSource()
    source.item$.pipe(inTurn(() => EMPTY)).subscribe((item) => {
      assert.deepEqual(source.held, ['a'])
      item.hold()
    })
    source.emit('a')
    assert.deepEqual(source.held, ['a'])
  })

  it('does many things that end at once behind one that takes time', () => {
    const source = new ItemSource()
    const first$ = new Subject<void>()
    const { names, ends } = watch(
      source.item$.pipe(inTurn(({ name }) => (name === 'first' ? first$ : of(1)))),
    )
    source.emit('first')
    for (let index = 0; index < 10_000; index += 1) source.emit('next')
    source.complete()
    first$.complete()
    assert.deepEqual([names.length, source.held.length, ends], [10_001, 0, ['complete']])
  })

  it('fails with the work, and with what the callback throws', () => {
    const failing = [
      () =>
        new Observable<never>((subscriber) => {
          subscriber.error(new Error('work'))
        }),
      () => {
        throw new Error('callback')
      },
    ]
    const seen = failing.map((project) => {
      const source = new ItemSource()
      const { ends, names } = watch(source.item$.pipe(inTurn(project)))
      source.emit('a')
      source.emit('b')
      assert.deepEqual([names, source.held, source.ended], [[], [], 1])
      return String(ends[0])
    })
    assert.deepEqual(seen, ['Error: work', 'Error: callback'])
  })

  it('gives up everything when its subscriber leaves', () => {
    const source = new ItemSource()
    let isUndone = false
    const work$ = new Observable<never>(() => () => {
      isUndone = true
    })
    const { leave } = watch(source.item$.pipe(inTurn(() => work$)))
    source.emit('a')
    source.emit('b')
    leave()
    assert.deepEqual([source.held, source.ended, isUndone], [[], 1, true])
  })

  it('ends where enough was taken', () => {
    const source = new ItemSource()
    const { names, ends } = watch(
      source.item$.pipe(
        inTurn(() => from([1, 2])),
        take(1),
      ),
    )
    source.emit('a')
    source.emit('b')
    assert.deepEqual([names, ends, source.held, source.ended], [['a'], ['complete'], [], 1])
  })

  it('completes at once when nothing comes', () => {
    const { ends } = watch(EMPTY.pipe(inTurn<NamedItem>(() => NEVER)))
    assert.deepEqual(ends, ['complete'])
  })

  it('shares nothing between subscriptions', () => {
    const source = new ItemSource()
    const item$ = source.item$.pipe(inTurn(() => NEVER))
    const first = watch(item$)
    source.emit('a')
    const second = watch(item$)
    first.leave()
    source.emit('b')
    assert.deepEqual([source.subscribed, source.held], [2, ['b']])
    second.leave()
    assert.deepEqual(source.held, [])
  })

  it('passes an error on when the item in hand is done, and begins no other', () => {
    const source = new ItemSource()
    const works: Subject<void>[] = []
    const { names, ends } = watch(
      source.item$.pipe(
        inTurn(() => {
          const work$ = new Subject<void>()
          works.push(work$)
          return work$
        }),
      ),
    )
    source.emit('a')
    source.emit('b')
    source.fail(new Error('tail'))
    assert.deepEqual([names, ends, source.held], [[], [], ['a']])
    works[0]?.complete()
    assert.deepEqual([names, works.length], [['a'], 1])
    assert.match(String(ends), /tail/)
    assert.deepEqual(source.held, [])
  })
})
