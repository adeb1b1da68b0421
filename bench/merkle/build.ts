import assert from 'node:assert/strict'
import {
  createMerklePool,
  diffTrees,
  type MerklePool,
  type MerkleTree,
} from '../../lib/merkle/index.js'
import { REVISION_LOWER_BOUND } from '../../lib/values/index.js'
import { timeInterleaved } from '../support/interleave.js'
import { compareSpeed, summarize, type Ratio } from '../support/ratio.js'
import { randomRevisions } from './random-revisions.js'

const REVISIONS = 10_000_000
const OPTIONS = { rounds: 11, roundMs: 0 }

/** Compares two workers with one, building from revisions that lie in shared memory. */
export async function compareBuilds(): Promise<readonly Ratio[]> {
  const revisions = randomRevisions(new SharedArrayBuffer(REVISIONS * 8))
  const [one, two] = [createMerklePool({ workers: 1 }), createMerklePool({ workers: 2 })]
  const build = (pool: MerklePool) => (): Promise<MerkleTree> =>
    pool.buildFromRevisions(revisions, { initialRangeMin: REVISION_LOWER_BOUND })
  try {
    await assertSameTree(build(one), build(two))
    const ratio = await compareSpeed(
      { name: 'tree of 10 million revisions: 2 workers to 1', bar: 1.6 },
      build(two),
      build(one),
      OPTIONS,
    )
    return [
      ratio,
      await measureSpeed('1 worker', build(one)),
      await measureSpeed('2 workers', build(two)),
    ]
  } finally {
    await Promise.all([one.close(), two.close()])
  }
}

async function assertSameTree(
  buildA: () => Promise<MerkleTree>,
  buildB: () => Promise<MerkleTree>,
): Promise<void> {
  const [a, b] = [await buildA(), await buildB()]
  assert.equal(a.count, REVISIONS)
  assert.deepEqual(a.shape, b.shape)
  assert.equal(a.hash, b.hash)
  assert.deepEqual(diffTrees(a, b), [])
}

/** Not a ratio but a figure of this machine, in million revisions a second. */
async function measureSpeed(name: string, build: () => Promise<MerkleTree>): Promise<Ratio> {
  const [times = []] = await timeInterleaved([build], OPTIONS)
  const speeds = times.map((ms) => REVISIONS / ms / 1000)
  return summarize({ name: `tree of random revisions, ${name}: million revisions/s` }, speeds)
}
