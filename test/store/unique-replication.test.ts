/*
 * Unique indexes and what comes from another replica: its documents are never refused, and never stand
 * in each other's way, however early or late they come. What is written here is checked all the same.
 */
import assert from 'node:assert/strict'
import { DocumentError, type Store, type StoreCollection } from '../../lib/store/index.js'
import { chunkOf } from '../support/chunk.js'
import {
  documents,
  documentText,
  linesOf,
  reread,
  revisionsOf,
  revisionText,
  systemOf,
} from './support/documents.js'
import { groupOf, positionAt } from './support/groups.js'
import { watch } from './support/old-store.js'
import { checkTree } from './support/trees.js'
import { checkUnique, enforcedIn, uniqueRows } from './support/unique.js'
import { definitionOf, keysOf, openFilled, useTarget } from './support/use-target.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const GUID = 'h7/5'
const BY_N = { id: '7', type: 'persistent', name: 'byN', fields: ['n'], unique: true }

function marker(at: number, type: number, data: string): string {
  return `{"tick":"${at}","type":${type},"db":"shop","cuid":"${GUID}","tid":"0","data":${data}}`
}

function putAt(at: number, key: string, number: number, n: number): string {
  return marker(at, 2300, documentText(key, number, `,"n":${n}`))
}

function removeAt(at: number, key: string): string {
  return marker(at, 2302, `{"_key":"${key}","_rev":"${revisionText(1)}"}`)
}

const INDEX_AT = (at: number): string => marker(at, 2100, JSON.stringify(BY_N))

describe('Store.applyGroups() with a unique index', () => {
  const { open, withTables } = useStore()

  function makeCollection(store: Store, isUnique = true): Promise<StoreCollection> {
    const parameters = { globallyUniqueId: GUID }
    const parts = { name: 'c', type: 2 as const, parameters }
    return store.createCollection(systemOf(store), { ...parts, indexes: isUnique ? [BY_N] : [] })
  }

  async function apply(store: Store, ...lines: string[]): Promise<void> {
    const options = { database: systemOf(store) }
    await store.applyGroups([groupOf(lines)], positionAt(99n), options)
  }

  async function assertRefuses(store: Store, c: StoreCollection, n: number): Promise<void> {
    await assert.rejects(store.insert(c, `{"n":${n}}`), withCode('ERR_UNIQUE_CONFLICT'))
  }

  it('lets values change hands, in one application or in several', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await apply(store, putAt(10, 'a', 1, 1), putAt(11, 'b', 2, 2))
    await apply(store, putAt(12, 'a', 3, 2), putAt(13, 'b', 4, 1))
    await apply(store, putAt(14, 'a', 5, 1))
    await apply(store, removeAt(15, 'b'))
    await apply(store, putAt(16, 'b', 6, 2))
    assert.deepEqual(await linesOf(store, c), [
      documentText('a', 5, ',"n":1'),
      documentText('b', 6, ',"n":2'),
    ])
    await checkTree(store, c)
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 2)
    })
  })

  it('takes a copy that is younger than the log to its end, whatever comes again', async () => {
    const store = await open()
    const c = await makeCollection(store)
    // The copy is of tick 15; the log is read from 10 on.
    await store.applyChunk(
      c,
      chunkOf([documentText('a', 5, ',"n":1'), documentText('b', 4, ',"n":2')]),
    )
    const log = [
      putAt(10, 'b', 1, 1),
      putAt(11, 'd', 2, 2),
      removeAt(12, 'd'),
      putAt(13, 'a', 3, 3),
      putAt(14, 'b', 4, 2),
      putAt(15, 'a', 5, 1),
    ]
    for (const line of log) await apply(store, line)
    assert.deepEqual(await linesOf(store, c), [
      documentText('b', 4, ',"n":2'),
      documentText('a', 5, ',"n":1'),
    ])
    await assertRefuses(store, c, 1)
    await assertRefuses(store, c, 2)
    await store.insert(c, '{"n":3}')
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 3)
    })
  })

  it('makes an index while documents are not unique yet, and tells of them', async () => {
    const watched = watch()
    const store = await open(watched)
    const c = await makeCollection(store, false)
    await store.applyChunk(c, documents(1200))
    await apply(store, putAt(10, 'x', 5000, 7), INDEX_AT(11))
    assert.equal(watched.notices.length, 1)
    assert.match(watched.notices[0] ?? '', /^1 documents of "c" in database "_system" have values/)
    await assertRefuses(store, c, 7)
    await apply(store, removeAt(12, 'x'))
    await assertRefuses(store, c, 7)
    await apply(store, removeAt(13, 'k7'))
    await store.insert(c, '{"n":7}')
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 1200)
    })
  })

  it('stops to enforce an index that the log drops, and removes its rows', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await apply(store, putAt(10, 'a', 1, 1))
    const [index] = await withEnforced(store, c)
    await apply(store, marker(11, 2101, '{"id":"7"}'))
    await store.insert(c, '{"n":1}')
    await store.purged()
    await store.close()
    await withTables((tables) => {
      assert.deepEqual(enforcedIn(tables, c.id), [])
      assert.deepEqual(uniqueRows(tables, index ?? 0), [])
    })
  })

  /** Numbers of the indexes that a collection enforces. */
  async function withEnforced(store: Store, c: StoreCollection): Promise<number[]> {
    await store.putMeta('flushed', true)
    return withTables((tables) => enforcedIn(tables, c.id).map(({ number }) => number))
  }

  it('begins anew in a collection that the log empties', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await apply(store, putAt(10, 'a', 1, 1), marker(11, 2004, '{}'), putAt(12, 'b', 2, 1))
    await assertRefuses(store, c, 1)
    assert.equal(reread(store, c).documents, 1)
    await store.purged()
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 1)
    })
  })

  it('leaves a document that was written here beside one that comes, and refuses more', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.insert(c, '{"_key":"mine","n":1}')
    await apply(store, putAt(10, 'theirs', 1, 1))
    assert.equal(reread(store, c).documents, 2)
    await assertRefuses(store, c, 1)
    await store.remove(c, 'mine')
    await assert.rejects(
      store.insert(c, '{"n":1}'),
      (error) => error instanceof DocumentError && error.key === 'theirs',
    )
  })

  it('keeps the rows of documents that lose their revision, or are removed by it', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, chunkOf([documentText('a', 1, ',"n":1')]))
    await store.applyChunk(c, chunkOf([documentText('b', 1, ',"n":2'), '{"_key":"d","n":3}']))
    await store.applyChunk(c, chunkOf([documentText('e', 1, ',"n":1')]), { takesRevisions: true })
    assert.deepEqual(
      (await linesOf(store, c)).map((line) => (JSON.parse(line) as { _key: string })._key).sort(),
      ['b', 'd', 'e'],
    )
    await store.removeRevisions(c, revisionsOf([1]))
    await store.insert(c, '{"n":1}')
    await assertRefuses(store, c, 2)
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 3)
    })
  })
})

describe('TargetRepair with a unique index', () => {
  const { withCopy, withTables } = useTarget()
  const indexes = `[${JSON.stringify(BY_N)}]`

  it('takes an index over documents, then documents in any order', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy, { indexes: '[]' })
      assert.equal(await repair.change(definitionOf({ indexes })), true)
      assert.equal(await repair.change(definitionOf({ indexes })), false)
      // k0 and k1 change their values, and k4 goes after its value went to another one.
      const moved = [
        documentText('k0', 10, ',"n":1'),
        documentText('new', 11, ',"n":4'),
        documentText('k1', 12, ',"n":0'),
      ]
      await repair.write(chunkOf(moved))
      await repair.removeRevisions(revisionsOf([0, 1, 4]))
      assert.deepEqual(await keysOf(copy), ['k2', 'k3', 'k0', 'new', 'k1'])
    })
    await withTables((tables) => {
      for (let id = 1; id < 20; id += 1) {
        if (enforcedIn(tables, id).length > 0) checkUnique(tables, id, 5)
      }
    })
  })

  it('makes the indexes of a copy whose documents are not unique', async () => {
    await withCopy(async (copy) => {
      const made = await copy.replaceCollection(definitionOf({ indexes }))
      await made.write(chunkOf([documentText('a', 1, ',"n":1'), documentText('b', 2, ',"n":1')]))
      await made.createIndexes(definitionOf({ indexes }).indexes)
      assert.deepEqual(await keysOf(copy), ['a', 'b'])
    })
  })
})
