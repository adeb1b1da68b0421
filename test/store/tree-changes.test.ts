/*
 * Whatever is written and whatever is undone, the pages of a tree are those of the documents that
 * are there. Writes are made as the store makes them, some end with a throw after they have changed
 * everything, and several of them share a transaction.
 */
import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import {
  createTreeShape,
  growToHold,
  leafIndex,
  MerkleTree,
  type TreeShape,
} from '../../lib/merkle/index.js'
import type { ReplicaNotice } from '../../lib/replica/index.js'
import { encodeRevision, revision } from '../../lib/values/index.js'
import { openStore } from '../../lib/store/index.js'
import { applySlice } from '../../lib/store/apply-chunk.js'
import { createCollection, truncateCollection } from '../../lib/store/collection-writes.js'
import { insertion, withDocumentWriter } from '../../lib/store/local-writes.js'
import { writeDocument } from '../../lib/store/write-document.js'
import { LeafFinder } from '../../lib/store/leaf-finder.js'
import { RevisionList } from '../../lib/store/revision-list.js'
import type { StoreWriter } from '../../lib/store/store-writer.js'
import type { WriteTransaction } from '../../lib/store/write-transaction.js'
import { chunkOf } from '../support/chunk.js'
import { lanesOf } from './support/u64.js'
import { checkTree } from './support/trees.js'
import { useWriter } from './support/use-writer.js'

const NOW = 1_751_573_345_589n << 20n
const LAST = 2n ** 63n - 1n

/** Revisions that lie together, all over the place, and at the ends of what a tree holds. */
const anyRevision: Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: NOW, max: NOW + 5000n }),
  fc.bigInt({ min: NOW, max: NOW + ((10n ** 9n) << 20n) }),
  fc.bigInt({ min: 1n, max: LAST }),
  fc.constantFrom(1n, 63n, 64n, 6370n, 2n ** 24n, LAST - 1n, LAST),
)

type Operation =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'insert' }
  | { readonly kind: 'truncate' }

/** A write into one of two collections, and whether it is undone at its end. */
interface Write {
  readonly target: 0 | 1
  readonly operation: Operation
  readonly isUndone: boolean
}

const key = fc.nat({ max: 30 }).map((number) => `k${number}`)
const line: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(key, anyRevision).map(([name, value]) => put(name, value)) },
  { weight: 2, arbitrary: key.map((name) => `{"type":2302,"data":{"_key":"${name}"}}`) },
  { weight: 1, arbitrary: key.map((name) => `{"_key":"${name}"}`) },
  { weight: 1, arbitrary: fc.constant('{"_key":') },
)
const operation: Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(line, { maxLength: 40 })
      .map((lines) => ({ kind: 'lines' as const, lines })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'insert' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'truncate' as const }) },
)
const write: Arbitrary<Write> = fc.record({
  target: fc.constantFrom(0, 1),
  operation,
  isUndone: fc.boolean(),
})
/** Writes that arrive together share a transaction. */
const groups = fc.array(fc.array(write, { minLength: 1, maxLength: 4 }), { maxLength: 6 })

function put(name: string, value: bigint): string {
  return `{"_key":"${name}","_rev":"${encodeRevision(revision(value), { pad: true })}"}`
}

class Undone extends Error {}

function failOn({ message }: ReplicaNotice): never {
  assert.fail(message)
}

function run(transaction: WriteTransaction, id: number, { operation, isUndone }: Write): void {
  if (operation.kind === 'insert')
    withDocumentWriter(transaction, id, (documents) => writeDocument(documents, insertion('{}')))
  else if (operation.kind === 'truncate') truncateCollection(transaction, { id })
  else {
    const chunk = chunkOf(operation.lines)
    applySlice(transaction, id, { chunk, firstLine: 0, nowMs: Date.now(), takesRevisions: false })
  }
  if (isUndone) throw new Undone()
}

/** Makes collections, whose definition may say where the tree begins. */
function collectionMaker(writer: StoreWriter): (minRevision?: bigint) => Promise<number> {
  let made = 0
  return async (minRevision) => {
    made += 1
    const name = `c${made}`
    const parameters = minRevision === undefined ? {} : { minRevision }
    const { id } = await writer.write((transaction) =>
      createCollection(transaction, 1, { name, type: 2, parameters }),
    )
    return id
  }
}

describe('TreeChanges', () => {
  const openWriter = useWriter()

  it('leave the tree of the documents, whatever is written and undone', async () => {
    const { path, writer } = await openWriter()
    const reader = await openStore(path, { mode: 'read', onNotice: failOn })
    const make = collectionMaker(writer)
    const runAlone = (id: number, one: Write): Promise<void> =>
      writer
        .write((transaction) => {
          run(transaction, id, one)
        })
        .catch((error: unknown) => {
          assert.ok(error instanceof Undone, String(error))
        })
    const start = fc.option(anyRevision, { nil: undefined })
    try {
      await fc.assert(
        fc.asyncProperty(start, groups, async (minRevision, history) => {
          const ids = [await make(minRevision), await make(undefined)] as const
          for (const group of history) {
            await Promise.all(group.map((one) => runAlone(ids[one.target], one)))
            for (const id of ids) await checkTree(reader, { id })
          }
        }),
        { numRuns: 20 },
      )
    } finally {
      await reader.close()
    }
  }).timeout(240_000)

  it('leave the range of one bulk insert, whatever the order and the slices', async () => {
    const { path, writer } = await openWriter()
    const reader = await openStore(path, { mode: 'read', onNotice: failOn })
    const make = collectionMaker(writer)
    const slices = fc.array(fc.array(anyRevision, { minLength: 1, maxLength: 5 }), { minLength: 1 })
    try {
      await fc.assert(
        fc.asyncProperty(anyRevision, slices, async (minRevision, history) => {
          const id = await make(minRevision)
          for (const revisions of history) {
            const chunk = chunkOf(revisions.map((value) => put(`k${value}`, value)))
            await writer.write((transaction) =>
              applySlice(transaction, id, {
                chunk,
                firstLine: 0,
                nowMs: Date.now(),
                takesRevisions: false,
              }),
            )
          }
          const tree = await checkTree(reader, { id })
          const bulk = new MerkleTree({ rangeMin: tree.initialRangeMin })
          bulk.insertMany(history.flat())
          assert.deepEqual(tree.shape, bulk.shape)
          assert.ok([0n, minRevision].includes(tree.initialRangeMin))
        }),
        { numRuns: 30 },
      )
    } finally {
      await reader.close()
    }
  }).timeout(240_000)
})

describe('LeafFinder', () => {
  it('finds what leafIndex() finds', () => {
    const shape: Arbitrary<TreeShape> = fc
      .tuple(anyRevision, anyRevision)
      .filter(([start, end]) => start <= end)
      .map(([start, end]) => growToHold(createTreeShape({ rangeMin: start }), start, end))
    fc.assert(
      fc.property(shape, fc.bigInt({ min: 0n, max: 2n ** 64n }), (given, any) => {
        const finder = new LeafFinder(given)
        const { rangeMin, rangeMax } = given
        for (const value of [rangeMin, rangeMin + (any % (rangeMax - rangeMin)), rangeMax - 1n]) {
          const [high, low] = lanesOf(value)
          assert.equal(finder.find({ high, low }), leafIndex(given, value))
        }
      }),
    )
  })
})

describe('RevisionList', () => {
  it('keeps what it got, and knows the lowest and the highest', () => {
    fc.assert(
      fc.property(fc.array(anyRevision, { minLength: 1, maxLength: 100 }), (revisions) => {
        const list = new RevisionList()
        for (const value of revisions) {
          const [high, low] = lanesOf(value)
          list.push({ high, low })
        }
        assert.equal(list.length, revisions.length)
        assert.deepEqual([...list.revisions], revisions)
        const sorted = [...revisions].sort((a, b) => (a < b ? -1 : 1))
        assert.deepEqual(list.bounds(), { lowest: sorted[0], highest: sorted.at(-1) })
        const lanes = { high: 0, low: 0 }
        list.read(revisions.length - 1, lanes)
        const [high, low] = lanesOf(revisions.at(-1) ?? 0n)
        assert.deepEqual(lanes, { high, low })
      }),
    )
  })
})
