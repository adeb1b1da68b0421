import assert from 'node:assert/strict'
import { createMerklePool, MerkleTree, type MerklePool } from '../../lib/merkle/index.js'
import type { Source, TreeOptions } from '../../lib/replica/index.js'
import { encodeRevision, revision, REVISION_LOWER_BOUND } from '../../lib/values/index.js'
import { DumpLineError } from '../../lib/wire/index.js'
import { collectionOf, DELETION, DUMP, withLeader } from '../support/fake-leader.js'

const REVISIONS = Array.from({ length: 5000 }, (_, index) => REVISION_LOWER_BOUND + BigInt(index))

function lineOf(value: bigint): string {
  return `{"_key":"k${value}","_rev":"${encodeRevision(revision(value))}"}\n`
}

/** Opens a snapshot, builds the tree of the first collection, closes the snapshot. */
async function treeOfFirst(
  source: Source,
  options: Omit<TreeOptions, 'pool'> & { readonly pool: MerklePool },
): Promise<MerkleTree> {
  const snapshot = await source.openSnapshot()
  try {
    const [first] = (await snapshot.inventory()).collections
    assert.ok(first !== undefined)
    return await snapshot.tree(first.definition, options)
  } finally {
    await snapshot.close()
  }
}

describe('Snapshot.tree of a server', () => {
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  const parts = [
    REVISIONS.slice(0, 2000),
    REVISIONS.slice(2000),
    [REVISION_LOWER_BOUND + 2n ** 40n],
  ]
  const texts = parts.map((part) => part.map(lineOf).join(''))

  it('builds the tree of all parts of the dump, and tells how far it is', async () => {
    for (const isTidemark of [true, false]) {
      await withLeader({ isTidemark, parts: texts }, async ({ source, names }) => {
        const told: number[][] = []
        const tree = await treeOfFirst(source, {
          pool,
          onProgress: ({ revisions, bytes }) => told.push([revisions, bytes]),
        })
        const expected = new MerkleTree({ rangeMin: REVISION_LOWER_BOUND })
        expected.insertMany(parts.flat())
        assert.deepEqual(tree.shape, expected.shape)
        assert.deepEqual(tree.leaves, expected.leaves)
        assert.deepEqual(told.at(-1), [5001, texts.join('').length])
        assert.equal(names().at(-1), DELETION)
      })
    }
  })

  it('begins where the definition says, or where it is told', async () => {
    const minRevision = encodeRevision(revision(REVISION_LOWER_BOUND - 2n ** 30n))
    const inventory = { collections: [collectionOf('c', { minRevision })] }
    await withLeader({ parts: texts, inventory }, async ({ source }) => {
      const tree = await treeOfFirst(source, { pool })
      assert.equal(tree.initialRangeMin, REVISION_LOWER_BOUND - 2n ** 30n)
      assert.equal(tree.count, 5001)
      const other = await treeOfFirst(source, { pool, initialRangeMin: 2n ** 60n })
      assert.deepEqual([other.initialRangeMin, other.summary], [2n ** 60n, tree.summary])
    })
  })

  it('dumps again from the beginning for a tree that begins at 0', async () => {
    // So many that the pool finds out in the middle of the dump that it cannot hold the lowest.
    const many = Array.from({ length: 70_000 }, (_, index) => REVISION_LOWER_BOUND + BigInt(index))
    const low = [[REVISION_LOWER_BOUND, 5n], many, [REVISION_LOWER_BOUND + 2n ** 40n]]
    const lowTexts = low.map((part) => part.map(lineOf).join(''))
    for (const isTidemark of [true, false]) {
      await withLeader({ isTidemark, parts: lowTexts }, async ({ source, names }) => {
        const tree = await treeOfFirst(source, { pool })
        assert.deepEqual([tree.initialRangeMin, tree.count], [0n, 70_003])
        assert.equal(names().filter((name) => name === DUMP).length, 2 * low.length)
      })
    }
  })

  it('names the URL of a line that has no revision', async () => {
    await withLeader({ parts: [...texts, '{"_key":"x"}\n'] }, async ({ source }) => {
      await assert.rejects(treeOfFirst(source, { pool }), (error: unknown) => {
        assert.ok(error instanceof DumpLineError)
        assert.equal(error.lineNumber, 5002)
        assert.match(error.message, /replication\/dump\?collection=h1%2Fc/)
        return true
      })
    })
  })

  it('ends when the signal is aborted, and gives the batch back', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const intercept = ({ name }: { name: string }): boolean => {
      if (name === DUMP) controller.abort(new Error('enough'))
      return false
    }
    await withLeader({ parts: texts, intercept }, async ({ source, names }) => {
      await assert.rejects(treeOfFirst(source, { pool, signal }), { message: 'enough' })
      assert.equal(names().at(-1), DELETION)
    })
  })

  it('refuses a snapshot that is closed', async () => {
    await withLeader({ parts: texts }, async ({ source }) => {
      const snapshot = await source.openSnapshot()
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      await snapshot.close()
      await assert.rejects(snapshot.tree(first.definition, { pool }))
    })
  })
})
