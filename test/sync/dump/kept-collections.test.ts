import assert from 'node:assert/strict'
import type { CompletedCollection, SourceState } from '../../../lib/directory/index.js'
import type { Snapshot, Source } from '../../../lib/replica/index.js'
import { openStoreSource, openStoreTarget } from '../../../lib/store/index.js'
import { keepUnchanged, runFullSync, type CollectionKeeper } from '../../../lib/sync/index.js'
import { createScriptedSource, documentLines } from '../../support/scripted-source.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

/** What a directory would keep, and what it was told. */
class TestKeeper implements CollectionKeeper {
  readonly states = new Map<string, SourceState>()
  readonly complete: CompletedCollection[] = []
  readonly asked: string[] = []
  isIntact = true

  completedCollections(): readonly CompletedCollection[] {
    return this.complete
  }

  keepCollection(name: string): Promise<boolean> {
    this.asked.push(name)
    return Promise.resolve(this.isIntact)
  }

  noteSource(name: string, state: SourceState): void {
    this.states.set(name, state)
  }

  /** As an earlier run leaves it that has completed a collection. */
  completeOne(name: string, source = this.states.get(name)): void {
    this.complete.push({ name, documents: 0, removals: 0, tree: undefined, source })
  }
}

describe('keepUnchanged()', () => {
  const { at } = useTemporaryDirectory()

  async function fill(chunks: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const collections = Object.entries(chunks).map(([name, keys]) => {
      return { name, chunks: [documentLines(keys)] }
    })
    const target = await openStoreTarget(at('store'), 'db')
    await runFullSync(createScriptedSource(collections), target).finally(() => target.close())
  }

  /** Reads a source through a keeper, as a dump does. */
  async function read(source: Source, keeper: TestKeeper): Promise<object> {
    const kept: string[] = []
    const wrapped = keepUnchanged(source, {
      keeperOf: () => keeper,
      onKept: ({ collection }) => kept.push(collection),
    })
    const snapshot = await wrapped.openSnapshot()
    try {
      return { kept, lines: await linesOf(snapshot) }
    } finally {
      await snapshot.close()
      await wrapped.close()
    }
  }

  async function linesOf(snapshot: Snapshot): Promise<Readonly<Record<string, number>>> {
    const lines: Record<string, number> = {}
    for (const { definition } of (await snapshot.inventory()).collections) {
      if (definition.isSystem) continue
      lines[definition.name] = 0
      for await (const { chunk } of snapshot.dump(definition)) {
        lines[definition.name] = (lines[definition.name] ?? 0) + chunk.lineCount
      }
    }
    return lines
  }

  const readStore = async (keeper: TestKeeper): Promise<object> =>
    read(await openStoreSource(at('store'), 'db'), keeper)

  it('notes what each collection was like before it is read', async () => {
    await fill({ a: ['1', '2'], b: [] })
    const keeper = new TestKeeper()
    assert.deepEqual(await readStore(keeper), { kept: [], lines: { a: 2, b: 0 } })
    assert.equal(keeper.states.get('a')?.count, 2)
    assert.deepEqual([...keeper.states.keys()], ['a', 'b'])
    assert.deepEqual(keeper.asked, [])
  })

  it('reads nothing of a collection that is as it was', async () => {
    await fill({ a: ['1', '2'], b: ['1'] })
    const keeper = new TestKeeper()
    await readStore(keeper)
    keeper.completeOne('a')
    keeper.completeOne('gone')
    assert.deepEqual(await readStore(keeper), { kept: ['a'], lines: { a: 0, b: 1 } })
  })

  it('reads what has changed, and what nothing is known of', async () => {
    await fill({ a: ['1', '2'], b: ['1'] })
    const keeper = new TestKeeper()
    await readStore(keeper)
    keeper.completeOne('a')
    keeper.completeOne('b', undefined)
    keeper.complete[1] = { ...(keeper.complete[1] as CompletedCollection), source: undefined }
    await fill({ a: ['1', '2', '3'] })
    assert.deepEqual(await readStore(keeper), { kept: [], lines: { a: 3, b: 1 } })
    assert.deepEqual(keeper.asked, [])
  })

  it('reads what was made anew, though its revisions are those that were there', async () => {
    await fill({ a: ['1', '2'] })
    const keeper = new TestKeeper()
    await readStore(keeper)
    const before = keeper.states.get('a')
    keeper.completeOne('a')
    await fill({ a: ['1', '2'] })
    assert.deepEqual(await readStore(keeper), { kept: [], lines: { a: 2 } })
    const { collectionId, ...others } = keeper.states.get('a') ?? {}
    assert.deepEqual({ ...others, collectionId: before?.collectionId }, before)
    assert.notEqual(collectionId, before?.collectionId)
  })

  it('reads what the directory has no longer as it was left', async () => {
    await fill({ a: ['1', '2'] })
    const keeper = new TestKeeper()
    await readStore(keeper)
    keeper.completeOne('a')
    keeper.isIntact = false
    assert.deepEqual(await readStore(keeper), { kept: [], lines: { a: 2 } })
    assert.deepEqual(keeper.asked, ['a'])
  })

  it('notes and keeps nothing of a source that keeps no trees', async () => {
    const source = createScriptedSource([{ name: 'a', chunks: [documentLines(['1'])] }])
    const keeper = new TestKeeper()
    keeper.completeOne('a', { count: 1, hash: 1n, initialRangeMin: 0n })
    assert.deepEqual(await read(source, keeper), { kept: [], lines: { a: 1 } })
    assert.equal(keeper.states.size, 0)
    assert.equal(source.log.at(-1), 'close snapshot')
  })

  it('warns of a tree that cannot be had, and reads on', async () => {
    const source = createScriptedSource([{ name: 'a', chunks: [documentLines(['1'])] }])
    const open = source.openSnapshot.bind(source)
    source.openSnapshot = async (options) => ({
      ...(await open(options)),
      seek: () => Promise.reject(new Error('not today')),
    })
    const told: string[] = []
    source.onNotice = ({ message }) => told.push(message)
    const keeper = new TestKeeper()
    assert.deepEqual(await read(source, keeper), { kept: [], lines: { a: 1 } })
    assert.deepEqual(told, ['A continued dump would read collection "a" anew: not today'])
  })

  it('gives the snapshot back when it cannot be looked at', async () => {
    const source = createScriptedSource([])
    const keeper = new TestKeeper()
    keeper.completedCollections = () => {
      throw new Error('broken')
    }
    await assert.rejects(read(source, keeper), new Error('broken'))
    assert.deepEqual(source.log, ['open snapshot', 'close snapshot'])
  })
})
