import assert from 'node:assert/strict'
import type { Snapshot, Source } from '../../lib/replica/index.js'
import { openStoreSource, openStoreTarget } from '../../lib/store/index.js'
import {
  cleanSource,
  CollectionMissingError,
  CollectionsExistError,
  runFullSync,
  runSync,
  UnknownViewError,
  type SyncOptions,
} from '../../lib/sync/index.js'
import { parseViewDefinition } from '../../lib/wire/index.js'
import {
  createScriptedSource,
  documentLines,
  type ScriptedCollection,
} from '../support/scripted-source.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

describe('what of a database a copy takes', () => {
  const { at } = useTemporaryDirectory()
  const INDEX = { type: 'persistent', fields: ['x'], name: 'byX', id: '2' }
  const views = ['v', 'w'].map((name) =>
    parseViewDefinition({ name, type: 'arangosearch', globallyUniqueId: `g/${name}` }, 'a view'),
  )
  const source = (...collections: ScriptedCollection[]): Source =>
    createScriptedSource(collections, views)
  const a = { name: 'a', chunks: [documentLines(['1', '2'])], indexes: [INDEX] }

  async function copy(from: Source, options: SyncOptions = {}): Promise<void> {
    const target = await openStoreTarget(at('store'), 'db')
    try {
      await runSync(from, target, options)
    } finally {
      await target.close()
    }
  }

  async function look<Result>(read: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
    const opened = await openStoreSource(at('store'), 'db')
    const snapshot = await opened.openSnapshot()
    try {
      return await read(snapshot)
    } finally {
      await snapshot.close()
      await opened.close()
    }
  }

  const contents = (): Promise<object> =>
    look(async (snapshot) => {
      const inventory = await snapshot.inventory()
      const told = inventory.collections
        .filter(({ definition }) => !definition.isSystem)
        .map(({ definition, size }) => {
          const indexes = definition.indexes.map(({ name }) => name)
          return [definition.name, { documents: size.documents, indexes }] as const
        })
      return {
        ...Object.fromEntries(told),
        views: inventory.views.map(({ name }) => name),
        isCopyUnfinished: inventory.isCopyUnfinished,
      }
    })

  it('makes definitions alone with data: false', async () => {
    await copy(source(a), { data: false })
    assert.deepEqual(await contents(), {
      a: { documents: 0, indexes: ['byX'] },
      views: ['v', 'w'],
      isCopyUnfinished: false,
    })
  })

  it('puts documents into what is there with definitions: false', async () => {
    await copy(createScriptedSource([{ name: 'a', chunks: [documentLines(['0'])] }]))
    await copy(source(a), { definitions: false })
    assert.deepEqual(await contents(), {
      a: { documents: 3, indexes: [] },
      views: [],
      isCopyUnfinished: false,
    })
  })

  it('ends with an error where a collection is missing that is not to be made', async () => {
    await assert.rejects(copy(source(a), { definitions: false }), (error: unknown) => {
      assert.ok(error instanceof Error && error.cause instanceof CollectionMissingError)
      assert.match(error.cause.message, /Cannot fill collection "a" of store:.*: not there/)
      return true
    })
  })

  it('refuses to begin where it would replace something, with overwrite: false', async () => {
    await copy(createScriptedSource([{ name: 'a', chunks: [documentLines(['0'])] }]))
    const b = { name: 'b', chunks: [] }
    await assert.rejects(copy(source(a, b), { overwrite: false }), (error: unknown) => {
      assert.ok(error instanceof CollectionsExistError)
      assert.deepEqual(error.names, ['a'])
      return true
    })
    assert.deepEqual(await contents(), {
      a: { documents: 1, indexes: [] },
      views: [],
      isCopyUnfinished: false,
    })
    await copy(source(a, b), { overwrite: false, collections: ['b'] })
    assert.ok('b' in (await contents()))
  })

  it('takes views by name, also where collections are chosen', async () => {
    await copy(source(a), { views: ['w'], collections: ['a'] })
    assert.deepEqual(await contents(), {
      a: { documents: 2, indexes: ['byX'] },
      views: ['w'],
      isCopyUnfinished: false,
    })
    await assert.rejects(copy(source(a), { views: ['x', 'v'] }), (error: unknown) => {
      assert.ok(error instanceof UnknownViewError)
      assert.deepEqual(error.names, ['x'])
      return true
    })
  })

  it('takes none of the views with an empty list', async () => {
    await copy(source(a), { views: [] })
    assert.deepEqual(await contents(), {
      a: { documents: 2, indexes: ['byX'] },
      views: [],
      isCopyUnfinished: false,
    })
  })

  describe('cleanSource()', () => {
    const repeated = {
      name: 'a',
      chunks: [
        ['{"_key":"1","_rev":"_kmX5mm6-A-","x":1,"x":2}', '{"_key":"2","_rev":"_kmX5mm6-AA"}'],
      ],
    }

    it('copies the first value of each attribute', async () => {
      const from = createScriptedSource([repeated])
      const target = await openStoreTarget(at('store'), 'db')
      await runFullSync(cleanSource(from), target).finally(() => target.close())
      const lines = await look(async (snapshot) => {
        const text: string[] = []
        const [found] = (await snapshot.inventory()).collections.filter(
          ({ definition }) => definition.name === 'a',
        )
        assert.ok(found !== undefined)
        for await (const { chunk } of snapshot.dump(found.definition))
          text.push(String(chunk.buffer))
        return text.join('')
      })
      assert.match(lines, /"x":1/)
      assert.doesNotMatch(lines, /"x":2/)
      assert.equal(from.log.at(-1), 'close snapshot')
    })

    it('can be compared, and passes notices on', async () => {
      const cleaned = cleanSource(createScriptedSource([repeated]))
      await copy(cleaned)
      const outcomes: string[] = []
      const target = await openStoreTarget(at('store'), 'db')
      await runSync(cleaned, target, { incremental: true, workers: 0 }, (event) => {
        if (event.kind === 'collection-finished') outcomes.push(event.outcome)
      }).finally(() => target.close())
      assert.deepEqual(outcomes, ['equal'])
      const heard: string[] = []
      cleaned.onNotice = ({ message }) => heard.push(message)
      cleaned.onNotice({ kind: 'warning', message: 'odd' })
      assert.deepEqual(heard, ['odd'])
    })
  })
})
