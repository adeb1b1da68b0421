import assert from 'node:assert/strict'
import fc from 'fast-check'
import { openStoreSource } from '../../../lib/store/index.js'
import {
  createPatchWriter,
  runDiff,
  type Difference,
  type DiffFinished,
  type DiffOptions,
} from '../../../lib/sync/index.js'
import { encodeRevision, revision } from '../../../lib/values/index.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { definitionOf } from './patch-support.js'
import { apply, DATABASE, makeStore, readPosition, readState } from './store-support.js'
import type { SampleCollection } from './store-support.js'

const FIRST_REVISION = 1_751_385_509_477_744_643n
const NAMES = ['a', 'b', 'c'] as const
const RUNS = 25

/** A key with its revision and its value; small, so that two sides often meet. */
interface SampleEntry {
  readonly key: number
  readonly rev: number
  readonly value: number
}

/** A collection of one side. */
interface SampleSide {
  readonly isEdge: boolean
  readonly entries: readonly SampleEntry[]
}

const entry = fc.record({
  key: fc.integer({ min: 0, max: 7 }),
  rev: fc.integer({ min: 0, max: 12 }),
  value: fc.integer({ min: 0, max: 2 }),
})
/** No key and no revision twice, as in every collection. */
const entries = fc.uniqueArray(entry, { maxLength: 8, selector: ({ key }) => key }).map((all) => {
  const revisions = new Set<number>()
  return all.filter(({ rev }) => !revisions.has(rev) && revisions.add(rev))
})
const side = fc.record({ isEdge: fc.boolean(), entries })
/** A side that lacks a collection has undefined in its place. */
const database = fc.tuple(...NAMES.map(() => fc.option(side, { nil: undefined, freq: 4 })))
/** Where a revision belongs to one key on both sides, trees tell of every difference of revisions. */
const honestDatabase = database.map((sides) =>
  sides.map(
    (one) =>
      one && {
        ...one,
        entries: one.entries.map(({ key, rev, value }) => ({ key, rev: 8 * rev + key, value })),
      },
  ),
)

type SampleDatabase = readonly (SampleSide | undefined)[]

function collectionsOf(sides: SampleDatabase, guid: string): SampleCollection[] {
  return sides.flatMap((one, index) => {
    const name = NAMES[index] ?? ''
    if (one === undefined) return []
    const type = one.isEdge ? 3 : 2
    return [
      {
        definition: definitionOf(name, { type, guid: `${guid}/${name}/${type}` }),
        lines: one.entries.map((sample) => toLine(sample, one.isEdge)),
      },
    ]
  })
}

function toLine({ key, rev, value }: SampleEntry, isEdge: boolean): string {
  const text = encodeRevision(revision(FIRST_REVISION + BigInt(rev) * 2n ** 30n))
  const edge = isEdge ? `,"_from":"a/${value}","_to":"a/0"` : ''
  return `{"_key":"k${key}","_rev":"${text}"${edge},"n":${value}.0}`
}

/** Both sides have another content under one revision: it can only be removed and written anew. */
function hasOneRevision(difference: Difference): boolean {
  if (difference.kind !== 'different') return false
  return revisionOf(difference.a) === revisionOf(difference.b)
}

function revisionOf(document: Buffer): string {
  return (JSON.parse(document.toString()) as { readonly _rev: string })._rev
}

describe('a patch of what diffReplicas() finds', () => {
  const { at } = useTemporaryDirectory()
  let run = 0

  async function diff(
    a: string,
    b: string,
    options: DiffOptions,
    onDifference?: (difference: Difference) => Promise<void>,
  ): Promise<DiffFinished> {
    const [sourceA, sourceB] = [
      await openStoreSource(a, DATABASE),
      await openStoreSource(b, DATABASE),
    ]
    try {
      return await runDiff(sourceA, sourceB, { ...options, workers: 0, onDifference })
    } finally {
      await sourceA.close()
      await sourceB.close()
    }
  }

  async function assertRepairs(
    sides: readonly [SampleDatabase, SampleDatabase],
    options: DiffOptions,
  ): Promise<void> {
    run += 1
    const [a, b, patch] = [at(`a${run}`), at(`b${run}`), at(`patch${run}`)]
    await makeStore(a, collectionsOf(sides[0], 'a'))
    await makeStore(b, collectionsOf(sides[1], 'b'))
    const writer = await createPatchWriter(patch, { a, b })
    const rewritten: Difference[] = []
    const found = await diff(a, b, options, (difference) => {
      if (hasOneRevision(difference)) rewritten.push(difference)
      return writer.write(difference)
    })
    const { bytes } = await writer.finish()
    assert.equal(bytes === 0, found.isEqual)
    const last = (await apply(patch, b)).at(-1)
    assert.ok(last?.kind === 'finished')
    const once = await readState(b)
    const { tick } = await readPosition(b)
    const { isEqual, differences } = await diff(a, b, options)
    assert.deepEqual([isEqual, differences], [true, 0])
    await apply(patch, b)
    if (last.totals.replacedRevisions === 0) {
      assert.deepEqual(await readState(b), once)
      const position = await readPosition(b)
      assert.equal(position.mark, undefined)
      if (rewritten.length === 0) assert.equal(position.tick, tick)
    } else {
      // Its revision belongs to a document that is equal by content.
      assert.equal(options.by, 'content')
      assert.equal((await diff(a, b, options)).isEqual, true)
    }
  }

  it('makes any two stores equal by content, whatever their revisions are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(database, database), (sides) =>
        assertRepairs(sides, { by: 'content' }),
      ),
      { numRuns: RUNS },
    )
  }).timeout(240_000)

  it('makes any two stores equal by revision', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(honestDatabase, honestDatabase), (sides) =>
        assertRepairs(sides, { by: 'revision' }),
      ),
      { numRuns: RUNS },
    )
  }).timeout(240_000)

  it('makes equal again what was swapped between documents', async () => {
    const entriesOf = (values: readonly (readonly [number, number, number])[]): SampleSide => ({
      isEdge: false,
      entries: values.map(([key, rev, value]) => ({ key, rev, value })),
    })
    const a = entriesOf([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 0],
    ])
    for (const b of [
      // The same revisions at each other's keys: trees of both sides are equal.
      entriesOf([
        [1, 2, 1],
        [2, 1, 2],
        [3, 3, 0],
      ]),
      // One of them with other contents: its revision belongs to one that is equal.
      entriesOf([
        [1, 2, 0],
        [2, 1, 2],
        [3, 3, 0],
      ]),
      entriesOf([
        [1, 3, 0],
        [2, 1, 0],
        [3, 2, 1],
      ]),
    ]) {
      await assertRepairs([[a], [b]], { by: 'content' })
    }
  })
})
