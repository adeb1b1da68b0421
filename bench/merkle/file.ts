import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import split2 from 'split2'
import { OBJECT_HIGH_WATER_MARK } from '../../lib/core/index.js'
import { bucketShift, createMerklePool, type MerkleTree } from '../../lib/merkle/index.js'
import { compareSpeed, type Ratio } from '../support/ratio.js'
import { decodeWithBigInt, PlainLeaves } from './bigint.js'
import { withDumpFile, type BenchFile } from './dump-file.js'

const BYTES = 1e9
/** What split2 was found to like best. */
const SPLIT_BLOCK_BYTES = 64 * 1024
const QUICK = { rounds: 11, roundMs: 0 }
/** A peer where it is installed. */
const JQ = 'jq'
/** Half a minute a run. */
const SLOW = { rounds: 3, warmupRounds: 0, roundMs: 0 }

/** Compares a plain dump file in the page cache, as a tree, with other ways to read its lines. */
export async function compareFiles(): Promise<readonly Ratio[]> {
  return withDumpFile('customers.data.json', BYTES, async (file) => {
    const pool = createMerklePool({ workers: 2 })
    const build = (): Promise<MerkleTree> => pool.buildFromFiles([file.path])
    try {
      const tree = await build()
      assert.equal(tree.count, file.lines)
      assert.equal(await countLines(file), file.lines)
      return [
        await compareSpeed(
          { name: 'dump file to tree, 2 workers: wc -l', bar: 0.6 },
          build,
          () => countLines(file),
          QUICK,
        ),
        ...(await compareWithJq(file, build)),
        await compareWithSplit(file, tree, build),
      ]
    } finally {
      await pool.close()
    }
  })
}

async function compareWithSplit(
  file: BenchFile,
  tree: MerkleTree,
  build: () => Promise<MerkleTree>,
): Promise<Ratio> {
  const split = async (): Promise<void> => {
    assertSameLeaves(tree, await buildBySplitting(file, tree))
  }
  const name = 'dump file to tree, 2 workers: split2 + JSON.parse + BigInt'
  return compareSpeed({ name, bar: 50 }, build, split, SLOW)
}

async function compareWithJq(
  { path }: BenchFile,
  build: () => Promise<MerkleTree>,
): Promise<readonly Ratio[]> {
  if (spawnSync(JQ, ['--version']).status !== 0) {
    console.log('jq is not installed: not compared with it')
    return []
  }
  const jq = (): Promise<void> => runToEnd(JQ, ['-r', '._rev', path])
  const name = 'dump file to tree, 2 workers: jq -r ._rev'
  return [await compareSpeed({ name, bar: 50 }, build, jq, SLOW)]
}

async function runToEnd(command: string, parameters: readonly string[]): Promise<void> {
  const child = spawn(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number | null]
  assert.equal(code, 0, command)
}

async function countLines({ path }: BenchFile): Promise<number> {
  const child = spawn('wc', ['-l', path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const piece of child.stdout) text += String(piece)
  return Number.parseInt(text, 10)
}

async function buildBySplitting({ path }: BenchFile, like: MerkleTree): Promise<PlainLeaves> {
  const shift = BigInt(bucketShift(like.shape))
  const leaves = new PlainLeaves(8 ** like.depth, like.rangeMin, shift)
  const readRevision = (line: string): bigint =>
    decodeWithBigInt((JSON.parse(line) as { readonly _rev: string })._rev)
  const insert = new Writable({
    objectMode: true,
    highWaterMark: OBJECT_HIGH_WATER_MARK,
    write(revision: bigint, _encoding, done) {
      leaves.insert(revision)
      done()
    },
  })
  await pipeline(
    createReadStream(path, { highWaterMark: SPLIT_BLOCK_BYTES }),
    split2('\n', readRevision, { readableHighWaterMark: OBJECT_HIGH_WATER_MARK }),
    insert,
  )
  return leaves
}

function assertSameLeaves(tree: MerkleTree, { counts, hashes }: PlainLeaves): void {
  for (let index = 0; index < counts.length; index += 1) {
    const { count, hash } = tree.leaf(index)
    assert.ok(count === counts[index] && hash === hashes[index], `leaf ${index}`)
  }
}
