import assert from 'node:assert/strict'
import { createMerklePool, diffTrees, MerkleTree, type MerklePool } from '../../lib/merkle/index.js'
import type { TargetRepair } from '../../lib/replica/index.js'
import type { Tables } from '../../lib/store/layout.js'
import { META, rowName } from '../../lib/store/meta-rows.js'
import { decodeRevision } from '../../lib/values/index.js'
import { minRevisionOf } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { documents, documentText, revisionsOf, revisionText } from './support/documents.js'
import {
  definitionOf,
  keysOf,
  look,
  openFilled,
  openRepair,
  useTarget,
} from './support/use-target.js'

/** Reads the text of a collection's row of counters, its tree included. */
function countersOf({ definition }: TargetRepair): (tables: Tables) => string | undefined {
  return ({ meta }) => meta.get(rowName(META.counters, Number(definition.id)))
}

describe('TargetRepair of a store', () => {
  const { withCopy, withTables } = useTarget()
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  it('opens the collection of the same globallyUniqueId as it is', async () => {
    const markers = await withCopy(async (copy, mark) => {
      await openFilled(copy)
      await mark()
      const repair = await openRepair(copy)
      assert.equal(repair.definition.name, 'n')
      assert.equal(repair.definition.globallyUniqueId, 'h1/1')
      assert.deepEqual(await keysOf(copy), ['k0', 'k1', 'k2', 'k3', 'k4'])
    })
    assert.deepEqual(markers, [])
  })

  it('opens one by its name where the definition has no globallyUniqueId', async () => {
    await withCopy(async (copy) => {
      const definition = definitionOf()
      await copy.replaceCollection({ ...definition, globallyUniqueId: undefined })
      for (const globallyUniqueId of ['', undefined]) {
        const repair = await copy.openCollection({ ...definition, globallyUniqueId })
        assert.equal(repair?.definition.name, 'n')
      }
    })
  })

  it('opens a system collection by its name, whatever its globallyUniqueId', async () => {
    await withCopy(async (copy) => {
      const repair = await openRepair(copy, { name: '_graphs', guid: 'h77/12' })
      assert.equal(repair.definition.name, '_graphs')
      await repair.write(documents(2))
      await repair.removeRevisions(revisionsOf([0]))
      assert.deepEqual(await keysOf(copy, '_graphs'), ['k1'])
    })
  })

  it('opens none of another globallyUniqueId, of another type, or that is not there', async () => {
    await withCopy(async (copy) => {
      await openFilled(copy)
      assert.equal(await copy.openCollection(definitionOf({ guid: 'h1/2' })), undefined)
      assert.equal(await copy.openCollection(definitionOf({ type: 3 })), undefined)
      const other = definitionOf({ name: 'other', guid: 'h1/9' })
      assert.equal(await copy.openCollection(other), undefined)
      // A globallyUniqueId that happens to be the name of a system collection is no such one.
      assert.equal(await copy.openCollection(definitionOf({ guid: '_graphs' })), undefined)
    })
  })

  it('renames a collection that has another name by now', async () => {
    const markers = await withCopy(async (copy, mark) => {
      await openFilled(copy)
      await mark()
      const repair = await openRepair(copy, { name: 'renamed' })
      assert.equal(repair.definition.name, 'renamed')
      assert.equal((await keysOf(copy, 'renamed')).length, 5)
    })
    assert.deepEqual(markers, [2002])
  })

  it('opens none whose new name another one has', async () => {
    await withCopy(async (copy) => {
      await openFilled(copy)
      await openFilled(copy, { name: 'taken', guid: 'h1/2' })
      assert.equal(await copy.openCollection(definitionOf({ name: 'taken' })), undefined)
      const made = await copy.replaceCollection(definitionOf({ name: 'taken' }))
      await made.write(documents(1))
      assert.deepEqual(await keysOf(copy, 'taken'), ['k0'])
      assert.equal(await copy.openCollection(definitionOf({ guid: 'h1/2' })), undefined)
    })
  })

  it('refuses a collection that was dropped meanwhile', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy)
      await copy.replaceCollection(definitionOf({ guid: 'h1/2' }))
      const missing = { code: 'ERR_COLLECTION_NOT_FOUND' }
      assert.throws(() => repair.definition, missing)
      await assert.rejects(repair.write(documents(1)), missing)
      await assert.rejects(repair.removeRevisions(revisionsOf([1])), missing)
      await assert.rejects(repair.truncate(), missing)
      await assert.rejects(repair.change(definitionOf()), missing)
    })
  })

  it('makes the collection equal by removals and writes that take revisions', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy)
      const removed = await repair.removeRevisions(revisionsOf([0, 77]))
      assert.deepEqual([removed.removals, removed.documents], [1, 0])
      const swapped = [documentText('k1', 2), documentText('k2', 1), documentText('new', 4)]
      const written = await repair.write(chunkOf(swapped))
      assert.deepEqual([written.documents, written.replacedRevisions], [3, 0])
      assert.deepEqual(await keysOf(copy), ['k2', 'k1', 'k3', 'new'])
      const tree = await look(copy, (snapshot, found) => snapshot.tree(found, { pool }))
      const expected = new MerkleTree({ rangeMin: tree.initialRangeMin })
      expected.insertMany(revisionsOf([1, 2, 3, 4]))
      assert.deepEqual(tree.summary, expected.summary)
      await repair.truncate()
      assert.deepEqual(await keysOf(copy), [])
    })
  })

  it('passes the signal on to removals', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy)
      const signal = AbortSignal.abort(new Error('enough'))
      const removing = repair.removeRevisions(revisionsOf([0]), { signal })
      await assert.rejects(removing, { message: 'enough' })
      assert.equal((await keysOf(copy)).length, 5)
    })
  })

  it('gives snapshots that hold what was written so far', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy)
      const snapshot = await copy.openSnapshot()
      await repair.removeRevisions(revisionsOf([0, 1]))
      const { collections, isCopyUnfinished } = await snapshot.inventory()
      const found = collections.find(({ definition }) => definition.name === 'n')
      assert.equal(found?.size.documents, 5)
      assert.equal(isCopyUnfinished, true)
      await snapshot.close()
      assert.equal((await keysOf(copy)).length, 3)
    })
  })

  describe('alignTree()', () => {
    it('moves the tree, so that its leaves fall on those of another', async () => {
      const start = decodeRevision(revisionText(0)) - 54_321n
      const markers = await withCopy(async (copy, mark) => {
        const repair = await openFilled(copy)
        await mark()
        await repair.alignTree?.(start)
        assert.equal(minRevisionOf(repair.definition), start)
        const tree = await look(copy, (snapshot, found) => snapshot.tree(found, { pool }))
        const expected = new MerkleTree({ rangeMin: start })
        expected.insertMany(revisionsOf([0, 1, 2, 3, 4]))
        assert.equal(tree.initialRangeMin, start)
        assert.deepEqual(tree.leaves, expected.leaves)
        assert.deepEqual(diffTrees(tree, expected), [])
      })
      assert.deepEqual(markers, [])
    })

    it('leaves a tree that begins there already', async () => {
      await withCopy(async (copy) => {
        const start = decodeRevision(revisionText(0)) - 54_321n
        const repair = await openFilled(copy, { more: `,"minRevision":"${start}"` })
        const before = (await withTables(countersOf(repair))) ?? ''
        await repair.alignTree?.(start)
        assert.equal(await withTables(countersOf(repair)), before)
        await repair.alignTree?.(start - 1n)
        assert.notEqual(await withTables(countersOf(repair)), before)
      })
    })

    it('aligns an empty tree, and one that lost its documents', async () => {
      await withCopy(async (copy) => {
        const repair = await openFilled(copy)
        await repair.truncate()
        const start = decodeRevision(revisionText(0)) - 1000n
        await repair.alignTree?.(start)
        await repair.write(documents(3))
        const tree = await look(copy, (snapshot, found) => snapshot.tree(found, { pool }))
        assert.deepEqual([tree.initialRangeMin, tree.count], [start, 3])
      })
    })
  })
})
