import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import {
  createMerklePool,
  TreeError,
  type BuildOptions,
  type BuildProgress,
  type MerklePool,
  type MerkleTree,
} from '../../../lib/merkle/index.js'
import { chunkLines, type EntryChunk } from '../../../lib/streams/index.js'
import { REVISION_LOWER_BOUND } from '../../../lib/values/index.js'
import { asyncBlocks, blocksOf } from '../../support/streams.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import {
  ascendingRevisions,
  contentOf,
  FIRST_REVISION,
  linesOf,
  scatteredRevisions,
} from './support/sample-lines.js'
import { assertSameTree, treeOf } from './support/trees.js'

const WORKERS = [0, 1, 2]
/** More than two blocks of a workspace. */
const scattered = scatteredRevisions(150_000)
const scatteredLines = linesOf(scattered)
const scatteredTree = treeOf(scattered)
const scatteredTreeFromZero = treeOf(scattered, 0n)
const ascending = ascendingRevisions(3000)

function inSharedMemory(revisions: readonly bigint[]): BigUint64Array {
  const shared = new BigUint64Array(new SharedArrayBuffer(revisions.length * 8))
  shared.set(revisions)
  return shared
}

function chunksOf(content: Buffer, blockBytes: number): AsyncIterable<EntryChunk> {
  return chunkLines(asyncBlocks(blocksOf(content, blockBytes)))
}

/** Progress that is told while a tree is built; the last is the total. */
async function progressOf(
  build: (options: BuildOptions) => Promise<MerkleTree>,
): Promise<readonly BuildProgress[]> {
  const told: BuildProgress[] = []
  await build({ onProgress: (progress) => told.push(progress) })
  return told
}

for (const workers of WORKERS) {
  describe(`MerklePool with ${workers} workers`, () => {
    let pool: MerklePool
    before(async () => {
      pool = createMerklePool({ workers })
      await pool.ready()
    })
    after(() => pool.close())
    const { at } = useTemporaryDirectory()

    it('knows its workers', () => {
      assert.equal(pool.workers, workers)
    })

    it('builds the tree of an array, wherever it lies', async () => {
      const lowest = scattered.reduce((a, b) => (a < b ? a : b))
      const expected = treeOf(scattered, lowest)
      assertSameTree(await pool.buildFromRevisions(new BigUint64Array(scattered)), expected)
      assertSameTree(await pool.buildFromRevisions(inSharedMemory(scattered)), expected)
      const wide = new BigUint64Array([1n, ...scattered, 2n]).subarray(1, -1)
      assertSameTree(await pool.buildFromRevisions(wide), expected)
    })

    it('leaves the array as it was', async () => {
      const revisions = inSharedMemory(ascending)
      await pool.buildFromRevisions(revisions)
      assert.deepEqual([...revisions], ascending)
    })

    it('builds trees of any depth from any beginning', async () => {
      const revisions = new BigUint64Array(ascending)
      for (const depth of [2, 4]) {
        for (const initialRangeMin of [0n, REVISION_LOWER_BOUND, FIRST_REVISION + 4097n]) {
          const tree = await pool.buildFromRevisions(revisions, { depth, initialRangeMin })
          assertSameTree(tree, treeOf(ascending, initialRangeMin, depth))
        }
      }
    })

    it('builds the tree of a stream of arrays', async () => {
      const arrays = [0, 1, 10, 70_000, 80_000, 150_000].map(
        (end, index, ends) => new BigUint64Array(scattered.slice(ends[index - 1] ?? 0, end)),
      )
      assertSameTree(await pool.buildFromStream(asyncBlocks(arrays)), scatteredTree)
    })

    it('builds the tree of a stream of chunks, and of both mixed', async () => {
      const lines = scatteredLines
      const content = contentOf(lines)
      const expected = scatteredTree
      assertSameTree(await pool.buildFromStream(chunksOf(content, 100_000)), expected)
      async function* mixed(): AsyncGenerator<EntryChunk | BigUint64Array> {
        yield new BigUint64Array(scattered.slice(0, 100))
        yield* chunksOf(contentOf(lines.slice(100)), 2 ** 20)
      }
      assertSameTree(await pool.buildFromStream(mixed()), expected)
    })

    it('builds the tree of a chunk that is larger than a workspace', async () => {
      const filled = ascending
        .slice(0, 3)
        .map(
          (value, index) => `${linesOf([value])[0] ?? ''} ${' '.repeat((2 - index) * 1_500_000)}`,
        )
      const chunks = chunkLines(asyncBlocks([contentOf(filled)]), { chunkBytes: 2 ** 30 })
      assertSameTree(await pool.buildFromStream(chunks), treeOf(ascending.slice(0, 3)))
    })

    it('builds the tree of files, gzipped or not', async () => {
      const lines = scatteredLines
      await writeFile(at('a.json'), contentOf(lines.slice(0, 70_000)))
      await writeFile(at('empty.json'), '')
      await writeFile(
        at('b.json.gz'),
        gzipSync(contentOf(lines.slice(70_000, 140_000)), { level: 1 }),
      )
      await writeFile(at('c.json'), contentOf(lines.slice(140_000)).subarray(0, -1))
      const paths = ['a.json', 'empty.json', 'b.json.gz', 'c.json'].map(at)
      assertSameTree(await pool.buildFromFiles(paths), scatteredTree)
      const zero = await pool.buildFromFiles(paths, { initialRangeMin: 0n })
      assertSameTree(zero, scatteredTreeFromZero)
    })

    it('begins with the first document of the first file that has one', async () => {
      await writeFile(at('a.json'), '\n{"type":2302,"key":"1"}\n')
      await writeFile(at('b.json.gz'), gzipSync(contentOf(linesOf(ascending.slice(5, 10)))))
      await writeFile(at('c.json'), contentOf(linesOf(ascending.slice(0, 5))))
      const tree = await pool.buildFromFiles(['a.json', 'b.json.gz', 'c.json'].map(at))
      assertSameTree(tree, treeOf(ascending.slice(0, 10), ascending[5]))
    })

    it('builds an empty tree of nothing, at the beginning of new collections', async () => {
      await writeFile(at('empty.json'), '')
      const expected = treeOf([], REVISION_LOWER_BOUND)
      assertSameTree(await pool.buildFromRevisions(new BigUint64Array(0)), expected)
      assertSameTree(await pool.buildFromStream(asyncBlocks([])), expected)
      assertSameTree(await pool.buildFromFiles([]), expected)
      assertSameTree(await pool.buildFromFiles([at('empty.json')]), expected)
    })

    it('builds several trees at a time', async () => {
      await writeFile(at('a.json'), contentOf(linesOf(ascending)))
      const [a, b, c] = await Promise.all([
        pool.buildFromRevisions(inSharedMemory(scattered), { initialRangeMin: 0n }),
        pool.buildFromFiles([at('a.json')]),
        pool.buildFromStream(asyncBlocks([new BigUint64Array(scattered)]), { depth: 3 }),
      ])
      assertSameTree(a, scatteredTreeFromZero)
      assertSameTree(b, treeOf(ascending))
      assertSameTree(c, treeOf(scattered, scattered[0], 3))
    })

    it('fails when the tree cannot hold a revision, and goes on with other trees', async () => {
      const revisions = [...ascending, 5n]
      await writeFile(at('a.json'), contentOf(linesOf(revisions)))
      const underflow = (error: unknown): boolean =>
        error instanceof TreeError && error.code === 'ERR_TREE_UNDERFLOW'
      const low = pool.buildFromRevisions(new BigUint64Array(revisions), {
        initialRangeMin: FIRST_REVISION,
      })
      await assert.rejects(low, underflow)
      await assert.rejects(pool.buildFromFiles([at('a.json')]), underflow)
      await assert.rejects(
        pool.buildFromStream(asyncBlocks([new BigUint64Array(revisions)])),
        underflow,
      )
      const whole = await pool.buildFromFiles([at('a.json')], { initialRangeMin: 0n })
      assertSameTree(whole, treeOf(revisions, 0n))
    })

    it('refuses a depth or a beginning that no tree has', async () => {
      const revisions = new BigUint64Array(ascending)
      await assert.rejects(pool.buildFromRevisions(revisions, { depth: 1 }), {
        code: 'ERR_TREE_DEPTH',
      })
      const late = pool.buildFromRevisions(revisions, { initialRangeMin: 2n ** 64n - 1n })
      await assert.rejects(late, { code: 'ERR_TREE_RANGE' })
    })

    it('tells the totals at the end', async () => {
      const lines = linesOf(ascending)
      const content = contentOf([...lines, '{"type":2302,"key":"1"}'])
      const packed = gzipSync(content)
      await writeFile(at('a.json'), content)
      await writeFile(at('b.json.gz'), packed)
      const revisions = ascending.length
      const inFiles = await progressOf((options) =>
        pool.buildFromFiles(['a.json', 'b.json.gz'].map(at), options),
      )
      assert.deepEqual(inFiles.at(-1), {
        revisions: 2 * revisions,
        bytes: content.length + packed.length,
        removals: 2,
      })
      const inChunks = await progressOf((options) =>
        pool.buildFromStream(chunksOf(content, 10_000), options),
      )
      assert.deepEqual(inChunks.at(-1), { revisions, bytes: content.length, removals: 1 })
      const inArray = await progressOf((options) =>
        pool.buildFromRevisions(new BigUint64Array(ascending), options),
      )
      assert.deepEqual(inArray.at(-1), { revisions, bytes: 0, removals: 0 })
    })

    it('tells of progress while it goes on', async () => {
      const told: BuildProgress[] = []
      let tellNext: () => void = () => undefined
      const content = contentOf(linesOf(ascending.slice(0, 3)))
      async function* slowly(): AsyncGenerator<EntryChunk> {
        for (let index = 0; index < 3; index += 1) {
          const isTold = new Promise<void>((resolve) => (tellNext = resolve))
          yield* chunksOf(content, 1000)
          await isTold
        }
      }
      await pool.buildFromStream(slowly(), {
        onProgress: (progress) => {
          told.push(progress)
          tellNext()
        },
      })
      const bytes = told.map((progress) => progress.bytes)
      assert.deepEqual(
        [...new Set(bytes)],
        [1, 2, 3].map((times) => times * content.length),
      )
      assert.deepEqual(told.at(-1), { revisions: 9, bytes: bytes.at(-1), removals: 0 })
    })

    it('fails when the caller cannot take the progress', async () => {
      const lost = new Error('nobody listens')
      async function* endless(): AsyncGenerator<BigUint64Array> {
        yield new BigUint64Array(scattered)
        await new Promise(() => undefined)
      }
      const onProgress = (): never => {
        throw lost
      }
      await assert.rejects(pool.buildFromStream(endless(), { onProgress }), lost)
      await assert.rejects(pool.buildFromStream(asyncBlocks([]), { onProgress }), lost)
    })
  })
}

describe('createMerklePool()', () => {
  it('refuses a number of threads that cannot be, and says which can', () => {
    for (const workers of [-1, 1.5, NaN]) {
      const message = `workers must be a whole number of 0 or more, not ${workers}`
      assert.throws(() => createMerklePool({ workers }), { name: 'RangeError', message })
    }
  })

  it('is disposed of as it is closed', async () => {
    const pool = createMerklePool({ workers: 1 })
    await pool[Symbol.asyncDispose]()
    await assert.rejects(pool.buildFromFiles([]), { code: 'ERR_TREE_BUILD' })
  })
})
