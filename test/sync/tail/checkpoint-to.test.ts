import assert from 'node:assert/strict'
import { TestScheduler } from 'rxjs/testing'
import type { LogPosition } from '../../../lib/replica/index.js'
import { checkpointTo } from '../../../lib/sync/tail/checkpoint-to.js'
import { ItemSource, turn } from './support/tail-items.js'

/** Keeps what is saved; each save ends when it is told to. */
class ManualStore {
  readonly saved: bigint[] = []
  readonly ends: { resolve: () => void; reject: (error: Error) => void }[] = []

  save({ tick }: LogPosition): Promise<void> {
    this.saved.push(tick)
    return new Promise((resolve, reject) => {
      this.ends.push({ resolve, reject })
    })
  }

  /** Ends the oldest save under way. */
  async end(): Promise<void> {
    this.ends.shift()?.resolve()
    await turn()
  }
}

/** A tail whose items are saved to a store. */
function begin(everyMs = 0, scheduler?: TestScheduler) {
  const source = new ItemSource()
  const store = new ManualStore()
  const seen: unknown[] = []
  const subscription = source.item$.pipe(checkpointTo(store, { everyMs, scheduler })).subscribe({
    next: ({ name }) => seen.push(name),
    error: (error: unknown) => seen.push(String(error)),
    complete: () => seen.push('complete'),
  })
  return { source, store, seen, subscription }
}

describe('checkpointTo()', () => {
  it('saves one position at a time, and the newest next', async () => {
    const { source, store, seen } = begin()
    source.emit('a', 1n)
    source.emit('b', 2n)
    source.emit('c')
    source.emit('d', 4n)
    assert.deepEqual([seen, store.saved], [['a', 'b', 'c', 'd'], [1n]])
    await store.end()
    assert.deepEqual(store.saved, [1n, 4n])
    await store.end()
    assert.deepEqual([store.saved, source.held], [[1n, 4n], []])
  })

  it('saves the last position before it completes', async () => {
    const { source, store, seen } = begin()
    source.emit('a', 1n)
    source.emit('b', 2n)
    source.complete()
    await store.end()
    assert.deepEqual(
      [store.saved, seen],
      [
        [1n, 2n],
        ['a', 'b'],
      ],
    )
    await store.end()
    assert.deepEqual(seen, ['a', 'b', 'complete'])
  })

  it('saves the last position before it fails with its source', async () => {
    const { source, store, seen } = begin()
    source.emit('a', 1n)
    source.fail(new Error('gone'))
    assert.deepEqual(seen, ['a'])
    await store.end()
    assert.deepEqual(seen, ['a', 'Error: gone'])
  })

  it('completes at once when there is nothing to save', () => {
    const { source, seen } = begin()
    source.emit('a')
    source.complete()
    assert.deepEqual(seen, ['a', 'complete'])
  })

  it('fails when saving fails, and saves no more', async () => {
    const { source, store, seen } = begin()
    source.emit('a', 1n)
    source.emit('b', 2n)
    store.ends.shift()?.reject(new Error('disk full'))
    await turn()
    assert.deepEqual([store.saved, seen, source.ended], [[1n], ['a', 'b', 'Error: disk full'], 1])
  })

  it('fails with what a store throws at the call', async () => {
    const source = new ItemSource()
    const errors: unknown[] = []
    const save = (): never => {
      throw new Error('closed')
    }
    source.item$.pipe(checkpointTo({ save })).subscribe({ error: (error) => errors.push(error) })
    source.emit('a', 1n)
    await turn()
    assert.match(String(errors[0]), /closed/)
  })

  it('begins no save once its subscriber has left', async () => {
    const { source, store, subscription } = begin()
    source.emit('a', 1n)
    source.emit('b', 2n)
    subscription.unsubscribe()
    await store.end()
    assert.deepEqual(store.saved, [1n])
  })

  it('pauses between saves, and not before the end', async () => {
    const scheduler = new TestScheduler(assert.deepEqual)
    const { source, store, seen } = begin(100, scheduler)
    source.emit('a', 1n)
    await store.end()
    source.emit('b', 2n)
    assert.deepEqual(store.saved, [1n])
    scheduler.flush()
    assert.deepEqual(store.saved, [1n, 2n])
    await store.end()
    source.emit('c', 3n)
    source.complete()
    assert.deepEqual(store.saved, [1n, 2n, 3n])
    await store.end()
    assert.deepEqual(seen, ['a', 'b', 'c', 'complete'])
  })

  it('refuses a pause that is none', () => {
    for (const everyMs of [-1, 0.5]) {
      assert.throws(() => checkpointTo(new ManualStore(), { everyMs }), RangeError)
    }
  })
})
