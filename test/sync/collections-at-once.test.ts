import assert from 'node:assert/strict'
import { createScriptedSource, documentLines } from '../support/scripted-source.js'
import type {
  Source,
  Target,
  TargetCollection,
  TargetCopy,
  WriteResult,
} from '../../lib/replica/index.js'
import { NOTHING_WRITTEN } from '../../lib/replica/index.js'
import { fullSync, runFullSync, UnfinishedCopyError, type SyncEvent } from '../../lib/sync/index.js'

const VIEW = { globallyUniqueId: undefined, properties: {} }

/** A target that writes when it is told to, and notes what it was asked for. */
class HeldTarget implements Target {
  readonly address = 'held:'
  readonly database = 'held'
  readonly log: string[] = []
  isHeld = true
  #held: (() => void)[] = []
  #onHeld: (() => void) | undefined

  /** Resolves when so many writes wait. */
  waitFor(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#held.length >= count) resolve()
      }
      this.#onHeld = look
      look()
    })
  }

  get heldCount(): number {
    return this.#held.length
  }

  release(): void {
    this.isHeld = false
    for (const go of this.#held.splice(0)) go()
  }

  async write(name: string, documents: number): Promise<WriteResult> {
    this.log.push(`write ${name}`)
    if (this.isHeld) {
      await new Promise<void>((resolve) => {
        this.#held.push(resolve)
        this.#onHeld?.()
      })
    }
    this.log.push(`wrote ${name}`)
    return { ...NOTHING_WRITTEN, documents }
  }

  beginCopy(): Promise<TargetCopy> {
    const collection = (name: string): TargetCollection => ({
      write: ({ lineCount }) => this.write(name, lineCount),
      createIndexes: () => Promise.resolve(),
    })
    const copy = {
      replaceCollection: ({ name }: { name: string }) => {
        this.log.push(`make ${name}`)
        return Promise.resolve(collection(name))
      },
      replaceView: ({ name }: { name: string }) => {
        this.log.push(`view ${name}`)
        return Promise.resolve()
      },
      finish: () => Promise.resolve(),
    }
    return Promise.resolve(copy as unknown as TargetCopy)
  }

  unfinishedCopy(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  openSnapshot(): never {
    throw new Error('nothing to read here')
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

describe('fullSync() of several collections at once', () => {
  const named = (names: readonly string[]): Source =>
    createScriptedSource(names.map((name) => ({ name, chunks: [documentLines(['1', '2'])] })))

  it('writes into as many as it may at one time', async () => {
    const target = new HeldTarget()
    const done = runFullSync(named(['a', 'b', 'c', 'd']), target, { collectionsAtOnce: 3 })
    await target.waitFor(3)
    assert.equal(target.heldCount, 3)
    assert.deepEqual(
      target.log.filter((line) => line.startsWith('write')),
      ['write a', 'write b', 'write c'],
    )
    target.release()
    const { collections, totals } = await done
    assert.equal(totals.documents, 8)
    assert.deepEqual(
      collections.map(({ name }) => name),
      ['a', 'b', 'c', 'd'],
    )
  })

  it('tells finished collections in the order of the plan, whichever was first', async () => {
    const target = new HeldTarget()
    const late = {
      name: 'late',
      chunks: [() => target.waitFor(0), documentLines(['1'])],
    }
    const source = createScriptedSource([late, { name: 'quick', chunks: [] }])
    const finishedOrder: string[] = []
    target.isHeld = false
    const { collections } = await runFullSync(source, target, { collectionsAtOnce: 2 }, (event) => {
      if (event.kind === 'collection-finished') finishedOrder.push(event.collection)
    })
    assert.deepEqual(finishedOrder, ['quick', 'late'])
    assert.deepEqual(
      collections.map(({ name }) => name),
      ['late', 'quick'],
    )
  })

  it('fills _analyzers alone and before views, search-alias views late, _users last', async () => {
    const target = new HeldTarget()
    target.isHeld = false
    const names = ['_users', 'b', '_analyzers', 'a']
    const source = createScriptedSource(
      names.map((name) => ({ name, chunks: [documentLines(['1'])] })),
      [
        { ...VIEW, name: 'alias', type: 'search-alias' },
        { ...VIEW, name: 'search', type: 'arangosearch' },
      ] as never,
    )
    await runFullSync(source, target, { collectionsAtOnce: 4, includeSystem: true })
    const steps = target.log.filter((line) => !line.startsWith('write '))
    assert.deepEqual(steps.slice(0, 6), [
      'make _analyzers',
      'make b',
      'make a',
      'make _users',
      'wrote _analyzers',
      'view search',
    ])
    assert.deepEqual(new Set(steps.slice(6, 8)), new Set(['wrote a', 'wrote b']))
    assert.deepEqual(steps.slice(8), ['view alias', 'wrote _users'])
  })

  it('ends all at the first error, and names what was under way', async () => {
    const target = new HeldTarget()
    const fails = async (): Promise<void> => {
      await target.waitFor(1)
      queueMicrotask(() => {
        target.release()
      })
      throw new Error('the wire broke')
    }
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['1']), documentLines(['2'])] },
      { name: 'b', chunks: [fails] },
      { name: 'c', chunks: [documentLines(['1'])] },
    ])
    const options = { collectionsAtOnce: 2, maxInFlightBytes: 8 }
    await assert.rejects(runFullSync(source, target, options), (error: unknown) => {
      assert.ok(error instanceof UnfinishedCopyError)
      assert.match(error.message, /the wire broke/)
      assert.deepEqual(
        error.copy.underWay.map(({ collection }) => collection),
        ['a', 'b'],
      )
      return true
    })
    // What was being written is done with, and nothing was begun after the error.
    assert.deepEqual(
      target.log.filter((line) => !line.startsWith('make')),
      ['write a', 'wrote a'],
    )
    assert.equal(source.log.at(-1), 'close snapshot')
  })

  it('ends all when the signal is aborted', async () => {
    const target = new HeldTarget()
    const controller = new AbortController()
    const options = { collectionsAtOnce: 2, signal: controller.signal }
    const done = runFullSync(named(['a', 'b', 'c']), target, options)
    await target.waitFor(2)
    controller.abort(new Error('enough'))
    target.release()
    await assert.rejects(done, /enough/)
    assert.ok(!target.log.includes('write c'))
  })

  it('divides the memory of the copy among them', async () => {
    const shares: (number | undefined)[] = []
    const source = named(['a', 'b', 'c', 'd'])
    const open = source.openSnapshot.bind(source)
    source.openSnapshot = async (options) => {
      const snapshot = await open(options)
      const dump = snapshot.dump.bind(snapshot)
      return {
        ...snapshot,
        dump: (collection, dumpOptions) => {
          shares.push(dumpOptions?.maxInFlightBytes)
          return dump(collection, dumpOptions)
        },
      }
    }
    const target = new HeldTarget()
    target.isHeld = false
    await runFullSync(source, target, { collectionsAtOnce: 4, maxInFlightBytes: 1600 })
    // A source gets a quarter of what its collection has.
    assert.deepEqual(shares, [100, 100, 100, 100])
  })

  it('refuses at the call what is no number of collections', () => {
    for (const collectionsAtOnce of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => fullSync(named([]), new HeldTarget(), { collectionsAtOnce }), RangeError)
    }
  })

  it('shares nothing between two subscriptions', async () => {
    const target = new HeldTarget()
    target.isHeld = false
    const events$ = fullSync(named(['a', 'b']), target, { collectionsAtOnce: 2 })
    const kinds = (): Promise<string[]> =>
      new Promise((resolve, reject) => {
        const seen: SyncEvent[] = []
        events$.subscribe({
          next: (event) => seen.push(event),
          error: reject,
          complete: () => {
            resolve(seen.map(({ kind }) => kind))
          },
        })
      })
    assert.deepEqual(await kinds(), await kinds())
  })
})
