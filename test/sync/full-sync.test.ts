import assert from 'node:assert/strict'
import { lastValueFrom, take, toArray } from 'rxjs'
import { createScriptedSource, documentLines } from '../support/scripted-source.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { openStoreSource, openStoreTarget } from '../../lib/store/index.js'
import {
  fullSync,
  runFullSync,
  sumUpSource,
  UnfinishedCopyError,
  UnknownCollectionError,
  type FullSyncOptions,
  type SyncEvent,
} from '../../lib/sync/index.js'
import type { Source } from '../../lib/replica/index.js'

describe('fullSync()', () => {
  const { at } = useTemporaryDirectory()

  async function copy(source: Source, options: FullSyncOptions = {}): Promise<SyncEvent[]> {
    const target = await openStoreTarget(at('store'), 'db')
    try {
      return await lastValueFrom(fullSync(source, target, options).pipe(toArray()))
    } finally {
      await target.close()
    }
  }

  async function copied(): Promise<{ names: Record<string, number>; isUnfinished: boolean }> {
    const source = await openStoreSource(at('store'), 'db')
    try {
      const sums = await sumUpSource(source, { workers: 0 })
      const snapshot = await source.openSnapshot()
      const { isCopyUnfinished } = await snapshot.inventory()
      await snapshot.close()
      const names = Object.fromEntries(sums.map(({ collection, count }) => [collection, count]))
      return { names, isUnfinished: isCopyUnfinished }
    } finally {
      await source.close()
    }
  }

  const fails = (): Promise<void> => Promise.reject(new Error('the wire broke'))

  it('tells what happens, in order', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['1', '2']), documentLines(['3'])] },
      { name: 'b', chunks: [] },
    ])
    const events = await copy(source, { maxInFlightBytes: 4 })
    const told = events.map((event) =>
      'collection' in event ? `${event.kind} ${event.collection}` : event.kind,
    )
    assert.deepEqual(told, [
      'started',
      'collection-started a',
      'progress a',
      'progress a',
      'collection-finished a',
      'collection-started b',
      'collection-finished b',
      'finished',
    ])
    const last = events.at(-1)
    assert.equal(last?.kind === 'finished' && last.totals.documents, 3)
    assert.equal(source.log.at(-1), 'close snapshot')
    assert.deepEqual(await copied(), { names: { a: 3, b: 0 }, isUnfinished: false })
  })

  it('fetches one chunk ahead, no more', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: ['1', '2', '3', '4', '5'].map((key) => documentLines([key])) },
    ])
    const target = await openStoreTarget(at('store'), 'db')
    try {
      const first$ = fullSync(source, target, { maxInFlightBytes: 4 }).pipe(take(3))
      const events = await lastValueFrom(first$.pipe(toArray()))
      assert.equal(events.at(-1)?.kind, 'progress')
      const fetched = source.log.filter((line) => line.startsWith('a '))
      assert.ok(fetched.length <= 3, fetched.join())
    } finally {
      await target.close()
    }
  })

  it('copies _analyzers first, and replaces what was there', async () => {
    const collections = ['a', '_analyzers', 'b'].map((name) => ({
      name,
      chunks: [documentLines([name])],
    }))
    await copy(createScriptedSource([{ name: 'a', chunks: [documentLines(['old', 'older'])] }]))
    const events = await copy(createScriptedSource(collections), { includeSystem: true })
    const order = events.flatMap((event) =>
      event.kind === 'collection-started' ? [event.collection] : [],
    )
    assert.deepEqual(order, ['_analyzers', 'a', 'b'])
    assert.deepEqual((await copied()).names, { a: 1, b: 1 })
  })

  it('says what is complete when it ends early, and finishes when run again', async () => {
    const complete = { name: 'a', chunks: [documentLines(['1', '2'])] }
    const broken = createScriptedSource([
      complete,
      { name: 'b', chunks: [documentLines(['1']), fails] },
    ])
    await assert.rejects(copy(broken), (error: unknown) => {
      assert.ok(error instanceof UnfinishedCopyError)
      assert.deepEqual(error.copy.complete, ['a'])
      assert.deepEqual(error.copy.underWay, [{ collection: 'b', documents: 1 }])
      assert.match(error.message, /the wire broke/)
      return true
    })
    assert.equal(broken.log.at(-1), 'close snapshot')
    assert.equal((await copied()).isUnfinished, true)
    const whole = createScriptedSource([
      complete,
      { name: 'b', chunks: [documentLines(['1', '2'])] },
    ])
    await copy(whole)
    assert.deepEqual(await copied(), { names: { a: 2, b: 2 }, isUnfinished: false })
  })

  it('leaves the target alone when a chosen collection does not exist', async () => {
    const source = createScriptedSource([{ name: 'a', chunks: [] }])
    await assert.rejects(copy(source, { collections: ['a', 'nope'] }), UnknownCollectionError)
    assert.equal((await copied()).isUnfinished, false)
  })

  it('ends when the signal is aborted, and gives the snapshot back', async () => {
    const controller = new AbortController()
    const abort = (): Promise<void> => {
      controller.abort(new Error('enough'))
      return Promise.resolve()
    }
    const source = createScriptedSource([
      {
        name: 'a',
        chunks: [documentLines(['1']), abort, documentLines(['2']), documentLines(['3'])],
      },
    ])
    await assert.rejects(copy(source, { signal: controller.signal }), {
      code: 'ERR_COPY_UNFINISHED',
    })
    assert.equal(source.log.at(-1), 'close snapshot')
    assert.equal((await copied()).isUnfinished, true)
  })

  it('passes warnings of the source on', async () => {
    const source = createScriptedSource([
      {
        name: 'a',
        chunks: [
          () => {
            source.onNotice({ kind: 'warning', message: 'odd' })
            return Promise.resolve()
          },
        ],
      },
    ])
    const events = await copy(source)
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'warning'),
      [{ kind: 'warning', message: 'odd' }],
    )
  })

  it('makes views, unless collections are chosen', async () => {
    const view = {
      name: 'v',
      type: 'arangosearch',
      globallyUniqueId: 'g/v',
      properties: { name: 'v', type: 'arangosearch', globallyUniqueId: 'g/v' },
    }
    const source = createScriptedSource([{ name: 'a', chunks: [] }], [view])
    const target = await openStoreTarget(at('store'), 'db')
    try {
      assert.equal((await runFullSync(source, target, { collections: ['a'] })).views, 0)
      assert.equal((await runFullSync(source, target)).views, 1)
    } finally {
      await target.close()
    }
  })
})
