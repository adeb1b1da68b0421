/*
 * Unique indexes that are made, or come, where documents are already: by a caller who wants to know
 * whether they are unique, and by replication and upgrades, which take them as they are.
 */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { DocumentError, Store, StoreCollection } from '../../lib/store/index.js'
import { META, putRow, readRow } from '../../lib/store/meta-rows.js'
import type { JsonObject } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { ID_MAX, UniqueKey } from '../../lib/store/row-keys.js'
import { documents, documentText, makeCollection, reread, systemOf } from './support/documents.js'
import { readMarkers } from './support/markers.js'
import { changeCounters, watch } from './support/old-store.js'
import { changeTables } from './support/trees.js'
import { checkUnique, enforcedIn, uniqueRows } from './support/unique.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const BY_N: JsonObject = { type: 'persistent', name: 'byN', fields: ['n'], unique: true }
const INDEXER = new URL('./support/kill-indexer.js', import.meta.url)

const LOWEST = new UniqueKey().set(0, '')
const HIGHEST = new UniqueKey().set(ID_MAX, '')

/** The document that makes {@link documents} not unique in `n`. */
const REPEATED = documentText('repeated', 100_000, ',"n":1')

function indexesOf(store: Store, collection: StoreCollection): readonly JsonObject[] {
  return reread(store, collection).definition.indexes
}

describe('Store.createIndex() of a unique index', () => {
  const { path, open, withTables } = useStore()

  it('enforces what documents have already', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(2500))
    const index = await store.createIndex(c, BY_N)
    assert.deepEqual(indexesOf(store, c), [index])
    await assert.rejects(store.insert(c, '{"n":2499}'), (error: DocumentError) => {
      return error.code === 'ERR_UNIQUE_CONFLICT' && error.key === 'k2499'
    })
    await store.insert(c, '{"n":2500}')
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 2501)
    })
  })

  it('refuses where documents are not unique, and changes nothing', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(1500))
    await store.applyChunk(c, chunkOf([REPEATED]))
    const { lastTick } = store
    await assert.rejects(store.createIndex(c, BY_N), {
      code: 'ERR_UNIQUE_CONFLICT',
      message:
        'Cannot make the index: unique constraint violated - in index byN of type persistent ' +
        "over 'n'; conflicting key: k1",
    })
    assert.equal(store.lastTick, lastTick)
    assert.deepEqual(indexesOf(store, c), [])
    await store.insert(c, '{"n":1}')
    await store.purged()
    await store.close()
    await withTables((tables) => {
      assert.deepEqual(enforcedIn(tables, c.id), [])
      for (let number = 1; number < 100; number += 1) {
        assert.deepEqual(uniqueRows(tables, number), [])
      }
    })
  })

  it('leaves the index of the same id as it was when it is refused, or replaces it', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(5))
    await store.createIndex(c, { ...BY_N, id: '7' })
    await assert.rejects(
      store.createIndex(c, { ...BY_N, id: '7', name: 'other', fields: ['x'] }),
      withCode('ERR_UNIQUE_CONFLICT'),
    )
    await assert.rejects(store.insert(c, '{"n":1}'), withCode('ERR_UNIQUE_CONFLICT'))
    await store.createIndex(c, { ...BY_N, id: '7', name: 'other', fields: ['_key'] })
    assert.deepEqual(
      indexesOf(store, c).map(({ name }) => name),
      ['other'],
    )
    await store.insert(c, '{"n":1}')
    await store.purged()
    await store.close()
    await withTables((tables) => {
      assert.equal(enforcedIn(tables, c.id).length, 1)
      checkUnique(tables, c.id, 6)
    })
  })

  it('keeps up with what is written meanwhile', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(4000))
    const making = store.createIndex(c, BY_N)
    const writes = Array.from({ length: 40 }, async (_, index) => {
      await store.remove(c, `k${index * 100}`)
      await store.put(c, `{"_key":"k${index * 100 + 1}","n":${index * 100}}`)
      await store.insert(c, `{"_key":"new${index}","n":${10_000 + index}}`)
    })
    await Promise.all([making, ...writes])
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 4000)
    })
  })

  it('goes on when the collection is emptied meanwhile, and ends when it is dropped', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(3000))
    const making = store.createIndex(c, BY_N)
    await store.truncateCollection(c)
    await store.insert(c, '{"_key":"a","n":1}')
    await making
    await assert.rejects(store.insert(c, '{"n":1}'), withCode('ERR_UNIQUE_CONFLICT'))
    await store.applyChunk(c, documents(3000, 10))
    const ending = store.createIndex(c, { ...BY_N, name: 'again' })
    const ended = assert.rejects(ending, withCode('ERR_COLLECTION_NOT_FOUND'))
    await store.dropCollection(c)
    await ended
    await store.purged()
    await store.close()
    await withTables(({ unique }) => {
      assert.equal([...unique.getRange({ start: LOWEST, end: HIGHEST, values: false })].length, 0)
    })
  })

  it('is ended by its signal', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(3000))
    const controller = new AbortController()
    const making = store.createIndex(c, BY_N, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await assert.rejects(making, /enough/)
    assert.deepEqual(indexesOf(store, c), [])
    await store.insert(c, '{"n":1}')
  })

  it('leaves nothing behind when the process is killed amid of it', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(3000))
    await store.close()
    const child = fork(INDEXER, [path()], { stdio: 'inherit' })
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    assert.equal(signal, 'SIGKILL')
    await withTables((tables) => {
      const [half] = enforcedIn(tables, c.id)
      assert.notEqual(half?.creation, undefined)
      assert.equal(uniqueRows(tables, half?.number ?? 0).length > 0, true)
    })
    const again = await open()
    assert.deepEqual(indexesOf(again, c), [])
    await again.insert(c, '{"n":1}')
    await again.purged()
    await again.close()
    await withTables((tables) => {
      assert.deepEqual(enforcedIn(tables, c.id), [])
      assert.equal([...tables.unique.getRange({ start: LOWEST, end: HIGHEST })].length, 0)
    })
  })

  it('takes documents as they are where conflicts are allowed, and tells of them', async () => {
    const watched = watch()
    const store = await open(watched)
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(1500))
    await store.applyChunk(c, chunkOf([REPEATED]))
    await store.createIndex(c, BY_N, { allowsConflicts: true })
    assert.deepEqual(watched.notices, [
      '1 documents of "c" in database "_system" have values that another one has too ' +
        '(unique index "byN"); they stay, new ones are refused',
    ])
    await assert.rejects(store.insert(c, '{"n":1}'), withCode('ERR_UNIQUE_CONFLICT'))
    // Either may change as long as it keeps its values, and once one went the other is alone.
    await store.write(c, { kind: 'update', text: '{"_key":"k1","x":1}' })
    await store.remove(c, 'k1')
    await assert.rejects(store.insert(c, '{"n":1}'), withCode('ERR_UNIQUE_CONFLICT'))
    await store.remove(c, 'repeated')
    await store.insert(c, '{"n":1}')
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 1500)
    })
  })
})

describe('openStore() of a store that enforces nothing', () => {
  const { path, open, withTables } = useStore()

  /** Turns the store into one of the second format, in which indexes are definitions only. */
  async function makeSecondFormat(ids: readonly number[]): Promise<void> {
    await changeTables(path(), (tables) => {
      putRow(tables.meta, META.format, { version: 2 })
      for (const id of ids) {
        changeCounters(tables, id, (counters) => ({ ...counters, uniqueIndexes: undefined }))
      }
      const { dropSync } = tables.unique as unknown as { readonly dropSync: () => void }
      dropSync.call(tables.unique)
    })
  }

  async function fill(store: Store): Promise<readonly StoreCollection[]> {
    const made: StoreCollection[] = []
    for (const [name, lines] of [
      ['clean', []],
      ['repeated', [REPEATED]],
    ] as const) {
      const parts = { name, type: 2 as const, indexes: [BY_N, { type: 'geo', fields: ['g'] }] }
      const c = await store.createCollection(systemOf(store), parts)
      await store.applyChunk(c, documents(1200))
      await store.applyChunk(c, chunkOf(lines))
      made.push(c)
    }
    await store.close()
    return made
  }

  it('enforces its unique indexes once it may write, and tells what is not unique', async () => {
    const made = await fill(await open())
    await makeSecondFormat(made.map(({ id }) => id))
    const watched = watch()
    const store = await open(watched)
    assert.equal(watched.notices.length, 1)
    assert.match(watched.notices[0] ?? '', /^1 documents of "repeated" in database "_system" have/)
    for (const c of made) {
      assert.equal(indexesOf(store, c).length, 2)
      await assert.rejects(store.insert(c, '{"n":1}'), withCode('ERR_UNIQUE_CONFLICT'))
    }
    await store.close()
    await withTables((tables) => {
      assert.deepEqual(readRow(tables.meta, META.format), { version: 3 })
      for (const { id } of made) checkUnique(tables, id)
    })
    const again = watch()
    await open(again)
    assert.deepEqual(again.notices, [])
  })

  it('reads it as it is', async () => {
    const made = await fill(await open())
    await makeSecondFormat(made.map(({ id }) => id))
    const reader = await open({ mode: 'read', create: false })
    assert.equal(made.length, 2)
    for (const c of made) assert.equal(reread(reader, c).definition.indexes.length, 2)
  })

  it('completes what was ended', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(1500))
    const controller = new AbortController()
    const options = { allowsConflicts: true, signal: controller.signal }
    const making = store.createIndex(c, BY_N, options)
    controller.abort(new Error('enough'))
    await assert.rejects(making, /enough/)
    assert.equal(indexesOf(store, c).length, 1)
    await store.close()
    await withTables((tables) => {
      assert.deepEqual(
        enforcedIn(tables, c.id).map(({ isBuilding }) => isBuilding),
        [true],
      )
    })
    await (await open()).close()
    await withTables((tables) => {
      assert.deepEqual(
        enforcedIn(tables, c.id).map(({ isBuilding }) => isBuilding),
        [undefined],
      )
      checkUnique(tables, c.id, 1500)
    })
  })

  it('writes no marker for it', async () => {
    const made = await fill(await open())
    const before = await withTables((tables) => readMarkers(tables).length)
    await makeSecondFormat(made.map(({ id }) => id))
    await (await open()).close()
    assert.equal(await withTables((tables) => readMarkers(tables).length), before)
  })
})
