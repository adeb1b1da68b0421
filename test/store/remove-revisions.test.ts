import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import type { Store, StoreCollection } from '../../lib/store/index.js'
import { decodeRevision, encodeRevision, revision } from '../../lib/values/index.js'
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
import { countRows, readMarkers, type LoggedMarker } from './support/markers.js'
import { checkTree } from './support/trees.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const NOTHING = { documents: 0, removals: 0, bytes: 0, replacedRevisions: 0, futureRevisions: 0 }

/** Revisions of {@link documentText} by their numbers. */
function revisionsOf(numbers: readonly number[]): BigUint64Array {
  return BigUint64Array.from(numbers.map((number) => decodeRevision(revisionText(number))))
}

function count(from: number, through: number): number[] {
  return Array.from({ length: through - from + 1 }, (_, index) => from + index)
}

/** The markers of a collection from its creation on, as their types and data. */
function markersOf(markers: readonly LoggedMarker[], id: number): (readonly [number, unknown])[] {
  return markers
    .filter(({ objectId }) => objectId === id)
    .map(({ type, data }) => [type, data === '' ? undefined : JSON.parse(data)] as const)
    .slice(1)
}

describe('Store.removeRevisions()', () => {
  const { open, withTables } = useStore()

  it('removes the documents, and passes over what is not there', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(4))
    const removed = await store.removeRevisions(collection, revisionsOf([0, 2, 3, 9, 2]))
    const bytes = [0, 2, 3].reduce(
      (sum, n) => sum + documentText(`k${n}`, n, `,"n":${n}`).length,
      0,
    )
    assert.deepEqual(removed, { ...NOTHING, removals: 3, bytes })
    assert.deepEqual(await linesOf(store, collection), [documentText('k1', 1, ',"n":1')])
    const { documents: left, bytes: leftBytes, space } = reread(store, collection)
    assert.deepEqual([left, leftBytes], [1, documentText('k1', 1, ',"n":1').length])
    const tree = await checkTree(store, collection)
    assert.equal(tree.count, 1)
    await store.close()
    assert.deepEqual(await withTables((tables) => countRows(tables, space)), {
      documents: 1,
      keys: 1,
    })
  })

  it('marks each removal with the key and the revision that it had', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const escaped = `{"x":{"_key":"no"},"_key":"\\u00e9\\/","_rev":"${revisionText(1)}","_key":"z"}`
    await store.applyChunk(collection, chunkOf([documentText('k0', 0), escaped]))
    const removed = await store.removeRevisions(collection, revisionsOf([0, 1, 2]))
    assert.equal(removed.removals, 2)
    await store.close()
    const markers = markersOf(await withTables(readMarkers), collection.id)
    assert.deepEqual(markers.slice(2), [
      [2302, { _key: 'k0', _rev: revisionText(0) }],
      [2302, { _key: 'é/', _rev: revisionText(1) }],
    ])
  })

  it('writes no marker where there is nothing to remove', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3))
    const { lastTick } = store
    for (const revisions of [[], [7], [5, 6, 7]]) {
      assert.deepEqual(await store.removeRevisions(collection, revisionsOf(revisions)), NOTHING)
    }
    assert.equal(store.lastTick, lastTick)
    assert.equal((await checkTree(store, collection)).count, 3)
  })

  it('takes the view of a larger array for what it shows', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(5))
    await store.removeRevisions(collection, revisionsOf([0, 1, 2, 3, 4]).subarray(1, 3))
    const keys = (await linesOf(store, collection)).map((line) => line.slice(9, 11))
    assert.deepEqual(keys, ['k0', 'k3', 'k4'])
  })

  it('removes more than one transaction takes, by number and by bytes', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3000))
    const long = `,"x":"${'y'.repeat(400_000)}"`
    await store.applyChunk(
      collection,
      chunkOf(count(3000, 3007).map((number) => documentText(`k${number}`, number, long))),
    )
    const removed = await store.removeRevisions(collection, revisionsOf(count(500, 3005)))
    assert.equal(removed.removals, 2506)
    assert.equal(reread(store, collection).documents, 502)
    assert.equal((await checkTree(store, collection)).count, 502)
  })

  it('stops between transactions when the signal is aborted', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(2500))
    const abort = new AbortController()
    const { signal } = abort
    const removing = store.removeRevisions(collection, revisionsOf(count(0, 2499)), { signal })
    abort.abort(new Error('enough'))
    await assert.rejects(removing, { message: 'enough' })
    assert.equal(reread(store, collection).documents, 1500)
    assert.equal((await checkTree(store, collection)).count, 1500)
  })

  it('refuses a collection that is not there, and a store open for reading', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const missing = withCode('ERR_COLLECTION_NOT_FOUND')
    await assert.rejects(store.removeRevisions({ id: 999 }, revisionsOf([1])), missing)
    await store.close()
    const reader = await open({ mode: 'read', create: false })
    const readOnly = withCode('ERR_STORE_READ_ONLY')
    await assert.rejects(reader.removeRevisions(collection, revisionsOf([1])), readOnly)
  })
})

describe('Store.applyChunk() with takesRevisions', () => {
  const { open, withTables } = useStore()

  it('removes the other document that has the revision', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3))
    const taken = documentText('other', 1, ',"much":"longer"')
    const written = await store.applyChunk(collection, chunkOf([taken]), { takesRevisions: true })
    assert.deepEqual(written, { ...NOTHING, documents: 1, removals: 1, bytes: taken.length })
    const lines = await linesOf(store, collection)
    assert.deepEqual(lines, [
      documentText('k0', 0, ',"n":0'),
      taken,
      documentText('k2', 2, ',"n":2'),
    ])
    const { documents: left, bytes, hasReplacedRevisions } = reread(store, collection)
    assert.deepEqual([left, bytes], [3, lines.join('').length])
    assert.equal(hasReplacedRevisions, false)
    assert.equal((await checkTree(store, collection)).count, 3)
    await store.close()
    const markers = markersOf(await withTables(readMarkers), collection.id)
    assert.deepEqual(markers.slice(3), [
      [2302, { _key: 'k1', _rev: revisionText(1) }],
      [2300, JSON.parse(taken)],
    ])
  })

  it('swaps the revisions of two documents, and of a ring of them', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(4))
    const ring = [1, 2, 3, 0].map((number, index) => documentText(`k${index}`, number))
    await store.applyChunk(collection, chunkOf([...ring, ...ring]), { takesRevisions: true })
    assert.deepEqual((await linesOf(store, collection)).sort(), [...ring].sort())
    assert.equal((await checkTree(store, collection)).count, 4)
  })

  it('gives a new revision to a document that has none that can be kept', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const written = await store.applyChunk(collection, chunkOf(['{"_key":"a"}']), {
      takesRevisions: true,
    })
    assert.equal(written.replacedRevisions, 1)
    assert.equal(reread(store, collection).hasReplacedRevisions, true)
  })

  it('leaves the revision to the other document without the option', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(2))
    const written = await store.applyChunk(collection, chunkOf([documentText('other', 1)]))
    assert.equal(written.replacedRevisions, 1)
    assert.equal(reread(store, collection).documents, 3)
  })
})

type Step =
  | { readonly kind: 'put'; readonly documents: readonly (readonly [string, number])[] }
  | { readonly kind: 'remove'; readonly revisions: readonly number[] }
  | { readonly kind: 'truncate' }

const number = fc.nat({ max: 60 })
const step: Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.nat({ max: 25 }).map((key) => `k${key}`),
          number,
        ),
        { maxLength: 30 },
      )
      .map((pairs) => ({ kind: 'put' as const, documents: pairs })),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(number, { maxLength: 30 })
      .map((revisions) => ({ kind: 'remove' as const, revisions })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'truncate' as const }) },
)

/** A collection as a map of key to revision number, with the rules said plainly. */
class Model {
  readonly revisions = new Map<string, number>()

  put(key: string, wanted: number): void {
    this.remove(wanted)
    this.revisions.set(key, wanted)
  }

  remove(wanted: number): boolean {
    for (const [key, one] of this.revisions) {
      if (one === wanted) return this.revisions.delete(key)
    }
    return false
  }

  lines(): string[] {
    return [...this.revisions]
      .sort(([, a], [, b]) => a - b)
      .map(([key, one]) => documentText(key, one, `,"v":"${key}-${one}"`))
  }
}

describe('A store that is repaired', () => {
  const { open, withTables } = useStore()

  async function runStep(
    store: Store,
    collection: StoreCollection,
    model: Model,
    next: Step,
  ): Promise<void> {
    if (next.kind === 'truncate') {
      model.revisions.clear()
      await store.truncateCollection(collection)
    } else if (next.kind === 'remove') {
      const expected = next.revisions.filter((one) => model.remove(one)).length
      const { removals } = await store.removeRevisions(collection, revisionsOf(next.revisions))
      assert.equal(removals, expected)
    } else {
      for (const [key, one] of next.documents) model.put(key, one)
      const lines = next.documents.map(([key, one]) =>
        documentText(key, one, `,"v":"${key}-${one}"`),
      )
      await store.applyChunk(collection, chunkOf(lines), { takesRevisions: true })
    }
  }

  it('holds what a plain map holds: documents, keys, counters, tree and log', async () => {
    const store = await open()
    const spaces: (readonly [StoreCollection, Model])[] = []
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const collection = await makeCollection(store, { name: `c${spaces.length}` })
        const model = new Model()
        spaces.push([collection, model])
        for (const next of steps) {
          await runStep(store, collection, model, next)
          const lines = model.lines()
          assert.deepEqual(await linesOf(store, collection), lines)
          const { documents: left, bytes } = reread(store, collection)
          assert.deepEqual([left, bytes], [lines.length, lines.join('').length])
          await checkTree(store, collection)
        }
      }),
      { numRuns: 60 },
    )
    const ends = spaces.map(([collection, model]) => [reread(store, collection), model] as const)
    await store.close()
    const markers = await withTables(readMarkers)
    for (const [{ id, space }, model] of ends) {
      const rows = await withTables((tables) => countRows(tables, space))
      assert.deepEqual(rows, { documents: model.revisions.size, keys: model.revisions.size })
      assert.deepEqual(replay(markersOf(markers, id)), model.revisions)
    }
  }).timeout(60_000)

  /** What a follower of the log has at its end. */
  function replay(markers: readonly (readonly [number, unknown])[]): Map<string, number> {
    const first = decodeRevision(revisionText(0))
    const replayed = new Map<string, number>()
    for (const [type, data] of markers) {
      const { _key: key, _rev: rev } = (data ?? {}) as { readonly _key: string; _rev: string }
      if (type === 2004) replayed.clear()
      else if (type === 2302) {
        assert.equal(encodeRevision(revision(first + BigInt(replayed.get(key) ?? -1))), rev)
        replayed.delete(key)
      } else {
        const one = Number(decodeRevision(rev) - first)
        assert.ok(![...replayed].some(([other, taken]) => taken === one && other !== key))
        replayed.set(key, one)
      }
    }
    return replayed
  }

  it('keeps a tree for every revision, however far apart', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const far = [1n, 2n ** 40n, 2n ** 62n, 2n ** 63n - 1n]
    const lines = far.map((value, index) => {
      const text = encodeRevision(revision(value), { pad: true })
      return `{"_key":"f${index}","_rev":"${text}"}`
    })
    await store.applyChunk(collection, chunkOf(lines), { takesRevisions: true })
    assert.equal((await checkTree(store, collection)).count, 4)
    await store.removeRevisions(collection, BigUint64Array.from(far.slice(1, 3)))
    assert.equal((await checkTree(store, collection)).count, 2)
    assert.equal(store.collections(systemOf(store)).length, 5)
  })
})
