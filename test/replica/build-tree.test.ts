import assert from 'node:assert/strict'
import { createMerklePool, MerkleTree, TreeError, type MerklePool } from '../../lib/merkle/index.js'
import {
  buildTreeFromStart,
  buildTreeOfDump,
  type DumpedChunk,
  type TreeOptions,
} from '../../lib/replica/index.js'
import { encodeRevision, revision, REVISION_LOWER_BOUND } from '../../lib/values/index.js'
import {
  DumpLineError,
  parseCollectionDefinition,
  type CollectionDefinition,
} from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'

/** Far enough from 0 that a tree from here cannot reach the lowest revisions. */
const HIGH = REVISION_LOWER_BOUND

function definitionOf(parameters: object = {}): CollectionDefinition {
  return parseCollectionDefinition({ parameters: { name: 'c', type: 2, ...parameters } }, 'c')
}

function lineOf(value: bigint): string {
  return `{"_key":"k${value}","_rev":"${encodeRevision(revision(value))}"}`
}

/** A dump whose readings are noted: how many chunks were taken, and how it ended. */
function createDump(chunks: readonly (readonly string[])[]): {
  readonly log: string[]
  readonly dump: () => AsyncGenerator<DumpedChunk>
} {
  const log: string[] = []
  const dump = async function* (): AsyncGenerator<DumpedChunk> {
    log.push('begin')
    try {
      for (const lines of chunks) {
        const chunk = chunkOf(lines, 'dump c')
        yield await Promise.resolve({ chunk, readBytes: chunk.buffer.length })
      }
      log.push('all')
    } finally {
      log.push('end')
    }
  }
  return { log, dump }
}

describe('buildTreeFromStart()', () => {
  /** Begins where it is told, or refuses to. */
  function createBuild(refuse: (start: bigint | undefined) => Error | undefined): {
    readonly starts: (bigint | undefined)[]
    readonly build: (start: bigint | undefined) => Promise<MerkleTree>
  } {
    const starts: (bigint | undefined)[] = []
    const build = async (start: bigint | undefined): Promise<MerkleTree> => {
      starts.push(start)
      const error = refuse(start)
      if (error !== undefined) throw error
      return Promise.resolve(new MerkleTree({ rangeMin: start ?? 7n }))
    }
    return { starts, build }
  }

  it('takes the start of the options, of the definition, or leaves it open, in this order', async () => {
    const { starts, build } = createBuild(() => undefined)
    const minRevision = encodeRevision(HIGH)
    await buildTreeFromStart(definitionOf({ minRevision }), { initialRangeMin: 9n }, build)
    await buildTreeFromStart(definitionOf({ minRevision }), {}, build)
    await buildTreeFromStart(definitionOf(), {}, build)
    assert.deepEqual(starts, [9n, HIGH, undefined])
  })

  it('begins at 0 when no other start reaches, once', async () => {
    for (const code of ['ERR_TREE_UNDERFLOW', 'ERR_TREE_OVERFLOW', 'ERR_TREE_RANGE'] as const) {
      const { starts, build } = createBuild((start) =>
        start === 0n ? undefined : new TreeError(code, 'too far'),
      )
      const tree = await buildTreeFromStart(definitionOf(), { initialRangeMin: 9n }, build)
      assert.deepEqual([starts, tree.initialRangeMin], [[9n, 0n], 0n])
    }
  })

  it('does not begin at 0 twice', async () => {
    const refused = new TreeError('ERR_TREE_OVERFLOW', 'too far')
    for (const [initialRangeMin, times] of [
      [9n, 2],
      [0n, 1],
    ] as const) {
      const { starts, build } = createBuild(() => refused)
      await assert.rejects(buildTreeFromStart(definitionOf(), { initialRangeMin }, build), refused)
      assert.equal(starts.length, times)
    }
  })

  it('passes every other error on at once', async () => {
    for (const error of [new Error('unreadable'), new TreeError('ERR_TREE_DEPTH', 'too deep')]) {
      const { starts, build } = createBuild(() => error)
      await assert.rejects(buildTreeFromStart(definitionOf(), {}, build), error)
      assert.equal(starts.length, 1)
    }
  })
})

describe('buildTreeOfDump()', () => {
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  function build(
    dump: () => AsyncIterable<DumpedChunk>,
    options: Omit<TreeOptions, 'pool'> = {},
  ): Promise<MerkleTree> {
    return buildTreeOfDump(definitionOf(), { pool, ...options }, dump)
  }

  it('builds what inserting the revisions builds, and tells how far it is', async () => {
    const revisions = [HIGH + 5n, HIGH + 1n, HIGH + 2n ** 30n]
    const { dump, log } = createDump([
      revisions.slice(0, 1).map(lineOf),
      revisions.slice(1).map(lineOf),
    ])
    const told: number[] = []
    const tree = await build(dump, {
      initialRangeMin: HIGH,
      onProgress: (progress) => told.push(progress.revisions),
    })
    const expected = new MerkleTree({ rangeMin: HIGH })
    expected.insertMany(revisions)
    assert.deepEqual(tree.shape, expected.shape)
    assert.deepEqual(tree.leaves, expected.leaves)
    assert.equal(told.at(-1), 3)
    assert.deepEqual(log, ['begin', 'all', 'end'])
  })

  it('reads a dump to its end before it begins another one from 0', async () => {
    // So many that the pool finds out in the middle of the dump that it cannot hold the lowest.
    const many = Array.from({ length: 70_000 }, (_, index) => lineOf(HIGH + BigInt(index)))
    const { dump, log } = createDump([[lineOf(HIGH), lineOf(5n)], many, [lineOf(HIGH - 1n)]])
    const tree = await build(dump)
    assert.deepEqual(log, ['begin', 'all', 'end', 'begin', 'all', 'end'])
    assert.deepEqual([tree.initialRangeMin, tree.count], [0n, 70_003])
  })

  it('closes the dump when a line is bad, and names the line', async () => {
    const { dump, log } = createDump([[lineOf(HIGH)], ['{"_key":"x"}'], [lineOf(HIGH + 1n)]])
    await assert.rejects(build(dump), (error: unknown) => {
      assert.ok(error instanceof DumpLineError)
      assert.deepEqual([error.source, error.lineNumber], ['dump c', 1])
      return true
    })
    assert.equal(log.filter((one) => one === 'begin').length, 1)
    assert.equal(log.at(-1), 'end')
  })

  it('refuses a line whose revision no tree can hold', async () => {
    const { dump, log } = createDump([[lineOf(HIGH), lineOf(2n ** 63n)], [lineOf(3n)]])
    await assert.rejects(build(dump), (error: unknown) => {
      assert.ok(error instanceof DumpLineError)
      assert.deepEqual([error.source, error.lineNumber], ['dump c', 2])
      return true
    })
    assert.equal(log.at(-1), 'end')
  })

  it('ends when the signal is aborted', async () => {
    const controller = new AbortController()
    const { dump, log } = createDump([[lineOf(HIGH)], [lineOf(HIGH + 1n)]])
    const abortSoon = async function* (): AsyncGenerator<DumpedChunk> {
      for await (const dumped of dump()) {
        controller.abort(new Error('enough'))
        yield dumped
      }
    }
    await assert.rejects(build(abortSoon, { signal: controller.signal }), { message: 'enough' })
    assert.equal(log.at(-1), 'end')
  })
})
