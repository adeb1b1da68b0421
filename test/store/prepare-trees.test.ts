import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import {
  encodeRevision,
  encodeU64,
  parseRevision,
  revision,
  REVISION_LOWER_BOUND,
} from '../../lib/values/index.js'
import { TreeError } from '../../lib/merkle/index.js'
import { openStore, type Store, type TreeProgress } from '../../lib/store/index.js'
import type { Tables } from '../../lib/store/layout.js'
import { META, readRow } from '../../lib/store/meta-rows.js'
import { DocumentKey, KeyKey } from '../../lib/store/row-keys.js'
import { chunkOf } from '../support/chunk.js'
import {
  documents,
  documentText,
  linesOf,
  makeCollection,
  reread,
  revisionText,
  systemOf,
} from './support/documents.js'
import { changeCounters, makeOld, watch } from './support/old-store.js'
import { changeTables, checkTree } from './support/trees.js'
import { useStore } from './support/use-store.js'

const OPENER = new URL('./support/kill-opener.js', import.meta.url)

/** Puts a document as a store of the first format has it. */
function putFuture({ documents: table, keys }: Tables, space: number, number: number): void {
  const value = 2n ** 64n - 5000n + BigInt(number)
  const text = encodeRevision(revision(value), { pad: true })
  const document = Buffer.from(`{"_key":"f${number}","_rev":"${text}"}`)
  const key = Buffer.from(`f${number}`)
  table.putSync(new DocumentKey().setRevision(space, value), document)
  keys.putSync(new KeyKey().set(space, key, 0, key.length), encodeU64(value))
}

describe('openStore() of a store without trees', () => {
  const { path, open, withTables } = useStore()

  async function fillOld(store: Store): Promise<void> {
    const given = { name: 'given', type: 2 as const, parameters: { minRevision: revisionText(50) } }
    const collection = await makeCollection(store, { name: 'filled' })
    await store.applyChunk(collection, documents(20_000, 100))
    await store.applyChunk(await store.createCollection(systemOf(store), given), documents(10, 60))
    await makeCollection(store, { name: 'fresh' })
    await store.close()
    await makeOld(path())
  }

  function find(store: Store, name: string): ReturnType<typeof reread> {
    const collection = store.collection(systemOf(store), name)
    assert.ok(collection)
    return collection
  }

  it('gives each collection one, and tells how far it is', async () => {
    await fillOld(await open())
    const watched = watch()
    const store = await open(watched)
    assert.deepEqual(watched.notices, [])
    const steps = watched.progress.filter(({ collection }) => collection === 'filled')
    const { database, documents: total } = steps[0] ?? {}
    assert.deepEqual([database, total], ['_system', 20_000])
    const done = steps.map(({ revisions }) => revisions)
    assert.deepEqual([done[0], done.at(-1)], [0, 20_000])
    assert.ok(done.length >= 4, `${done.length} steps`)
    assert.deepEqual(
      [...done].sort((a, b) => a - b),
      done,
    )
    const filled = await checkTree(store, find(store, 'filled'))
    assert.equal(filled.initialRangeMin, parseRevision(revisionText(100)))
    const given = await checkTree(store, find(store, 'given'))
    assert.equal(given.initialRangeMin, parseRevision(revisionText(50)))
    await checkTree(store, find(store, '_users'))
    // One without documents is as new: its first write decides.
    const fresh = find(store, 'fresh')
    await store.applyChunk(fresh, documents(3, 9))
    const tree = await checkTree(store, fresh)
    assert.equal(tree.initialRangeMin, parseRevision(revisionText(9)))
  })

  it('makes it one that an older version refuses, and does so once', async () => {
    await fillOld(await open())
    await (await open()).close()
    const format = await withTables(({ meta }) => readRow(meta, META.format))
    assert.deepEqual(format, { version: 3 })
    const watched = watch()
    await open(watched)
    assert.deepEqual(watched.progress, [])
  })

  it('begins where the tree was not finished', async () => {
    await fillOld(await open())
    const controller = new AbortController()
    const reason = new Error('enough')
    const onTreeProgress = ({ collection, revisions }: TreeProgress): void => {
      if (collection === 'filled' && revisions > 0) controller.abort(reason)
    }
    const { signal } = controller
    await assert.rejects(open({ signal, onTreeProgress }), (error) => error === reason)
    // Nobody holds it any more, though this process lives.
    const watched = watch()
    const store = await open(watched)
    assert.ok(watched.progress.some(({ collection }) => collection === 'filled'))
    assert.equal((await checkTree(store, find(store, 'filled'))).count, 20_000)
  })

  it('begins anew after a kill, wherever that was', async () => {
    await fillOld(await open())
    for (const revisions of [1, 10_000, 20_000]) {
      const child = fork(OPENER, [path(), String(revisions)], { stdio: 'inherit' })
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
      assert.equal(signal, 'SIGKILL')
      // No tree is half there: what may not write builds its own, or finds a whole one.
      const reader = await openStore(path(), { mode: 'read' })
      await checkTree(reader, find(reader, 'filled'))
      await reader.close()
    }
    const watched = watch()
    const store = await open(watched)
    assert.deepEqual(watched.notices, [])
    for (const collection of store.collections(systemOf(store))) await checkTree(store, collection)
  })

  it('refuses to begin once aborted', async () => {
    await (await open()).close()
    const opening = open({ signal: AbortSignal.abort(new Error('no')) })
    await assert.rejects(opening, /no/)
    await open()
  })

  it('reads its trees from the documents where it may not write', async () => {
    await fillOld(await open())
    const watched = watch()
    const store = await openStore(path(), { mode: 'read', ...watched })
    try {
      assert.equal(find(store, 'filled').definition.parameters['minRevision'], undefined)
      const filled = await checkTree(store, find(store, 'filled'))
      assert.equal(filled.initialRangeMin, parseRevision(revisionText(100)))
      assert.deepEqual(watched.notices, [
        'the tree of "filled" is missing; it is built from the documents for now',
      ])
      const given = await checkTree(store, find(store, 'given'))
      assert.equal(given.initialRangeMin, parseRevision(revisionText(50)))
      const fresh = await checkTree(store, find(store, 'fresh'))
      assert.equal(fresh.initialRangeMin, REVISION_LOWER_BOUND)
    } finally {
      await store.close()
    }
  })

  it('begins at 0 where no range from the definition holds the revisions', async () => {
    const store = await open()
    const parameters = { minRevision: revisionText(0) }
    const { id } = await store.createCollection(systemOf(store), { name: 'c', type: 2, parameters })
    const low = '{"_key":"low","_rev":"6370"}'
    await store.applyChunk({ id }, chunkOf([low, documentText('high', 9)]))
    await store.close()
    await makeOld(path())
    const again = await open()
    assert.equal((await checkTree(again, { id })).initialRangeMin, 0n)
    assert.equal(
      reread(again, find(again, 'c')).definition.parameters['minRevision'],
      '-----------',
    )
  })

  it('gives documents another revision that no tree can hold', async () => {
    const store = await open()
    const { id, space } = await makeCollection(store)
    await store.applyChunk({ id }, documents(1200))
    await store.close()
    await makeOld(path())
    await changeTables(path(), (tables) => {
      for (let number = 0; number < 1100; number += 1) putFuture(tables, space, number)
      changeCounters(tables, id, (counters) => ({
        ...counters,
        documents: counters.documents + 1100,
      }))
    })
    const reader = await openStore(path(), { mode: 'read' })
    const snapshot = await reader.openSnapshot()
    await assert.rejects(snapshot.tree(reread(reader, find(reader, 'c'))), TreeError)
    await reader.close()
    const watched = watch()
    const again = await open(watched)
    assert.deepEqual(watched.notices, [
      '1100 documents of "c" in database "_system" had revisions of 2^63 or more: replaced',
    ])
    assert.equal((await checkTree(again, { id })).count, 2300)
    const collection = find(again, 'c')
    assert.equal(collection.hasReplacedRevisions, true)
    const lines = await linesOf(again, collection)
    const revisions = lines.map((line) =>
      parseRevision((JSON.parse(line) as { _rev: string })._rev),
    )
    assert.ok(revisions.every((value) => value < 2n ** 63n))
    assert.equal(lines.filter((line) => line.includes('"_key":"f')).length, 1100)
  })
})
