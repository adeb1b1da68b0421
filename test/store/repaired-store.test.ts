/*
 * Whatever is put and removed by revision, a collection of a store is what a plain map would be: its
 * documents, keys, counters and tree, and what a follower makes of its log.
 */
import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import type { Store, StoreCollection } from '../../lib/store/index.js'
import { decodeRevision, encodeRevision, revision } from '../../lib/values/index.js'
import { chunkOf } from '../support/chunk.js'
import {
  documentText,
  linesOf,
  makeCollection,
  reread,
  revisionsOf,
  revisionText,
} from './support/documents.js'
import { countRows, markersOf, readMarkers } from './support/markers.js'
import { checkTree } from './support/trees.js'
import { useStore } from './support/use-store.js'

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
      { numRuns: 40 },
    )
    const ends = spaces.map(([collection, model]) => [reread(store, collection), model] as const)
    await store.close()
    const markers = await withTables(readMarkers)
    for (const [{ id, space }, model] of ends) {
      const rows = await withTables((tables) => countRows(tables, space))
      assert.deepEqual(rows, { documents: model.revisions.size, keys: model.revisions.size })
      assert.deepEqual(replay(markersOf(markers, id)), model.revisions)
    }
  })

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
  })
})
