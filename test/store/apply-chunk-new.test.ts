import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Store, StoreCollection } from '../../lib/store/index.js'
import { chunkOf } from '../support/chunk.js'
import { documents, documentText, linesOf, makeCollection, reread } from './support/documents.js'
import { useStore } from './support/use-store.js'

/** Keys and revisions of which some are taken already. */
const entries = fc.array(
  fc.record({ key: fc.integer({ min: 0, max: 6 }), revision: fc.integer({ min: 0, max: 9 }) }),
  { maxLength: 14 },
)

function linesFrom(list: readonly { readonly key: number; readonly revision: number }[]): string[] {
  return list.map(({ key, revision }) => documentText(`k${key}`, revision))
}

describe('Store.applyChunk() of documents that are expected to be new', () => {
  const { open } = useStore()

  /** What there is of a collection; revisions that were made here differ from run to run. */
  async function stateOf(store: Store, collection: StoreCollection): Promise<unknown> {
    const { documents: count, hasReplacedRevisions } = reread(store, collection)
    const kept = (await linesOf(store, collection)).map((line) => line.replace(/_rev":"_[^"]*/, ''))
    return { count, hasReplacedRevisions, kept: kept.toSorted() }
  }

  it('does what it does of others, whatever is there', async () => {
    const store = await open()
    let number = 0
    await fc.assert(
      fc.asyncProperty(entries, entries, async (before, after) => {
        number += 1
        const plain = await makeCollection(store, { name: `plain${number}` })
        const hopeful = await makeCollection(store, { name: `hopeful${number}` })
        const results = [plain, hopeful].map(async (collection) => {
          const expectsNew = collection === hopeful
          await store.applyChunk(collection, chunkOf(linesFrom(before)), { expectsNew })
          return store.applyChunk(collection, chunkOf(linesFrom(after)), { expectsNew })
        })
        const [one, other] = await Promise.all(results)
        assert.deepEqual(other, one)
        assert.deepEqual(await stateOf(store, hopeful), await stateOf(store, plain))
      }),
      { numRuns: 20 },
    )
  })

  it('takes as many as it is told into one transaction, which no abort divides', async () => {
    const store = await open()
    for (const [rowsMax, expected] of [
      [5000, 2500],
      [undefined, 1000],
    ] as const) {
      const collection = await makeCollection(store, { name: `c${expected}` })
      const controller = new AbortController()
      const { signal } = controller
      const writing = store.applyChunk(collection, documents(2500), { rowsMax, signal })
      controller.abort()
      await writing.catch(() => undefined)
      assert.equal(reread(store, collection).documents, expected)
    }
  })
})
