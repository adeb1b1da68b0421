import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createMerklePool,
  MerkleTree,
  TreeError,
  type MerklePool,
} from '../../../lib/merkle/index.js'
import { asyncBlocks } from '../../support/streams.js'
import { assertSameTree, treeOf } from './support/trees.js'

/** Close together, far apart, and the same one again. */
const revision = fc.oneof(
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 60n + 300_000n }),
  fc.bigInt({ min: 2n ** 59n, max: 2n ** 61n }),
  fc.constant(2n ** 60n + 12_345n),
)
const arrays = fc.array(fc.array(revision, { maxLength: 20 }), { maxLength: 8 })

describe('MerklePool with revisions split anyhow', () => {
  const pools: MerklePool[] = []
  before(() => {
    pools.push(...[0, 2].map((workers) => createMerklePool({ workers })))
  })
  after(() => Promise.all(pools.map((pool) => pool.close())))

  it('builds the tree of one bulk insert of all, or cannot either', async () => {
    await fc.assert(
      fc.asyncProperty(arrays, revision, async (parts, initialRangeMin) => {
        const expected = treeOrError(() => treeOf(parts.flat(), initialRangeMin, 3))
        const options = { depth: 3, initialRangeMin }
        for (const pool of pools) {
          const blocks = parts.map((part) => new BigUint64Array(part))
          const whole = new BigUint64Array(parts.flat())
          const builds = [
            pool.buildFromStream(asyncBlocks(blocks), options),
            pool.buildFromRevisions(whole, options),
          ]
          for (const build of builds) {
            if (expected instanceof MerkleTree) assertSameTree(await build, expected)
            else await assert.rejects(build, TreeError)
          }
        }
      }),
    )
  })

  it('builds the same tree of blocks that several threads share', async () => {
    const seeds = fc.integer({ min: 1, max: 2 ** 31 })
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const whole = randomRevisions(200_000, seed)
        const [here, there] = await Promise.all(pools.map((pool) => pool.buildFromRevisions(whole)))
        assert.ok(here !== undefined && there !== undefined)
        assertSameTree(there, here)
        assert.equal(here.count, whole.length)
      }),
      { numRuns: 5 },
    )
  })
})

function treeOrError(build: () => MerkleTree): MerkleTree | undefined {
  try {
    return build()
  } catch (error) {
    assert.ok(error instanceof TreeError)
    return undefined
  }
}

/** Revisions of 61 bits, from a seed. */
function randomRevisions(count: number, seed: number): BigUint64Array {
  const revisions = new BigUint64Array(count)
  const lanes = new Uint32Array(revisions.buffer)
  let state = seed
  for (let lane = 0; lane < lanes.length; lane += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    lanes[lane] = lane % 2 === 0 ? state : 0x1000_0000 | (state >>> 8)
  }
  return revisions
}
