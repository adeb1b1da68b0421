import assert from 'node:assert/strict'
import { appendFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DirectoryError } from '../../lib/directory/index.js'
import { createMerklePool, MerkleTree, type MerklePool } from '../../lib/merkle/index.js'
import type { Snapshot, TreeOptions } from '../../lib/replica/index.js'
import { encodeRevision, revision, REVISION_LOWER_BOUND } from '../../lib/values/index.js'
import { DumpLineError } from '../../lib/wire/index.js'
import { openSnapshotOf, structureOf, withFiles, type Files } from '../support/dump-directory.js'

/** MD5 of `c`. */
const HASH = '4a8a08f09d37b73795649038408b5f33'
const BASE = REVISION_LOWER_BOUND + 2n ** 50n
const REVISIONS = Array.from({ length: 3000 }, (_, index) => BASE + 1000n * BigInt(index))

function linesOf(revisions: readonly bigint[]): string {
  const lines = revisions.map(
    (value) => `{"_key":"k${value}","_id":"c/k","_rev":"${encodeRevision(revision(value))}"}\n`,
  )
  return lines.join('')
}

/** The tree of `revisions` that begins at `rangeMin`. */
function treeOf(revisions: readonly bigint[], rangeMin: bigint): MerkleTree {
  const tree = new MerkleTree({ rangeMin })
  tree.insertMany(revisions)
  return tree
}

function assertSame(tree: MerkleTree, expected: MerkleTree): void {
  assert.deepEqual(tree.shape, expected.shape)
  assert.deepEqual(tree.summary, expected.summary)
  assert.deepEqual(tree.leaves, expected.leaves)
}

describe('Snapshot.tree of a directory', () => {
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  async function treeOfFirst(
    snapshot: Snapshot,
    options: Omit<TreeOptions, 'pool'> = {},
  ): Promise<MerkleTree> {
    const [first] = (await snapshot.inventory()).collections
    assert.ok(first !== undefined)
    return snapshot.tree(first.definition, { pool, ...options })
  }

  async function withDump(
    files: Files,
    use: (snapshot: Snapshot, path: string) => Promise<void>,
    parameters: object = {},
  ): Promise<void> {
    const all = { 'dump.json': '{}', 'c.structure.json': structureOf('c', parameters), ...files }
    await withFiles(all, async (path) => use((await openSnapshotOf(path)).snapshot, path))
  }

  it('has the revisions of every part of a split collection', async () => {
    const files = {
      [`c_${HASH}.0.data.json`]: linesOf(REVISIONS.slice(0, 1000)),
      [`c_${HASH}.1.data.json.gz`]: gzipSync(linesOf(REVISIONS.slice(1000))),
    }
    await withDump(files, async (snapshot) => {
      assertSame(await treeOfFirst(snapshot), treeOf(REVISIONS, BASE))
    })
  })

  it('begins where the definition says, or where it is told', async () => {
    const minRevision = encodeRevision(REVISION_LOWER_BOUND)
    await withDump(
      { 'c.data.json': linesOf(REVISIONS) },
      async (snapshot) => {
        assertSame(await treeOfFirst(snapshot), treeOf(REVISIONS, REVISION_LOWER_BOUND))
        const initialRangeMin = BASE + 7n
        const other = await treeOfFirst(snapshot, { initialRangeMin })
        assertSame(other, treeOf(REVISIONS, initialRangeMin))
      },
      { minRevision },
    )
  })

  it('begins at 0 when a revision is too low for another start', async () => {
    const revisions = [...REVISIONS, 12n]
    await withDump({ 'c.data.json': linesOf(revisions) }, async (snapshot) => {
      assertSame(await treeOfFirst(snapshot), treeOf(revisions, 0n))
    })
  })

  it('names file and line of a revision that no tree can hold', async () => {
    await withDump({ 'c.data.json': linesOf([5n, 2n ** 63n]) }, async (snapshot, path) => {
      await assert.rejects(treeOfFirst(snapshot), (error: unknown) => {
        assert.ok(error instanceof DumpLineError)
        assert.deepEqual([error.source, error.lineNumber], [join(path, 'c.data.json'), 2])
        return true
      })
    })
  })

  it('is empty for a collection without data', async () => {
    for (const files of [{}, { 'c.data.json': '' }, { 'c.data.json.gz': gzipSync('') }]) {
      await withDump(files, async (snapshot) => {
        const tree = await treeOfFirst(snapshot)
        assert.deepEqual([tree.count, tree.hash, tree.populatedCount], [0, 0n, 0])
      })
    }
  })

  it('tells the bytes of the files as they are stored', async () => {
    const data = gzipSync(linesOf(REVISIONS))
    await withDump({ 'c.data.json.gz': data }, async (snapshot) => {
      const told: number[][] = []
      await treeOfFirst(snapshot, {
        onProgress: ({ revisions, bytes, removals }) => told.push([revisions, bytes, removals]),
      })
      assert.deepEqual(told.at(-1), [3000, data.length, 0])
    })
  })

  it('names file and line of a line without a revision', async () => {
    const text = linesOf(REVISIONS.slice(0, 5)) + '{"_key":"x"}\n' + linesOf(REVISIONS.slice(5))
    for (const [name, data] of [
      ['c.data.json', text],
      ['c.data.json.gz', gzipSync(text)],
    ] as const) {
      await withDump({ [name]: data }, async (snapshot, path) => {
        await assert.rejects(treeOfFirst(snapshot), (error: unknown) => {
          assert.ok(error instanceof DumpLineError)
          assert.deepEqual([error.source, error.lineNumber], [join(path, name), 6])
          return true
        })
      })
    }
  })

  it('names a file that is gone, damaged, or not the one that was seen', async () => {
    const name = 'c.data.json.gz'
    const data = gzipSync(linesOf(REVISIONS))
    const damages: readonly (readonly [string, (file: string) => Promise<void>, RegExp])[] = [
      ['gone', (file) => rm(file), /does not exist/],
      ['cut', (file) => truncate(file, data.length / 2), /ends early|size changed/],
      ['longer', (file) => appendFile(file, gzipSync(linesOf([9n]))), /size changed/],
    ]
    for (const [title, damage, reason] of damages) {
      await withDump({ [name]: data }, async (snapshot, path) => {
        await damage(join(path, name))
        await assert.rejects(
          treeOfFirst(snapshot),
          ({ message }: Error) => message.includes(join(path, name)) && reason.test(message),
          title,
        )
      })
    }
  })

  it('refuses a collection that the directory does not have', async () => {
    await withDump({ 'c.data.json': '' }, async (snapshot) => {
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      const definition = { ...first.definition, name: 'd' }
      await assert.rejects(snapshot.tree(definition, { pool }), DirectoryError)
    })
  })

  it('ends when the signal is aborted', async () => {
    await withDump({ 'c.data.json': linesOf(REVISIONS) }, async (snapshot) => {
      const signal = AbortSignal.abort(new Error('enough'))
      await assert.rejects(treeOfFirst(snapshot, { signal }), { message: 'enough' })
    })
  })
})
