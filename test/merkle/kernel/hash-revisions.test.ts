import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { TreeKernel } from '../../../lib/merkle/index.js'
import { createRandom } from '../../../lib/cli/demo/random.js'
import { describeKernels, KERNELS } from '../../support/kernels.js'
import { describeWithShared, readSharedJson } from '../../support/shared.js'

const U64_MAX = 2n ** 64n - 1n
const MILLION = 1_000_000

function hash(kernel: TreeKernel, revisions: readonly bigint[]): bigint[] {
  const hashes = new BigUint64Array(revisions.length)
  kernel.hashRevisions(BigUint64Array.from(revisions), hashes)
  return [...hashes]
}

/** FNV-1a as its definition reads, one byte after the other. */
function hashByDefinition(value: bigint): bigint {
  let result = 0xcbf29ce484222325n
  for (let index = 0n; index < 8n; index += 1n) {
    const byte = (value >> (8n * index)) & 0xffn
    result = BigInt.asUintN(64, (result ^ byte) * 0x100000001b3n)
  }
  return result
}

describeKernels('TreeKernel.hashRevisions()', (kernel) => {
  it('hashes each revision by FNV-1a 64', () => {
    const anyRevisions = fc.array(fc.bigInt({ min: 0n, max: U64_MAX }))
    fc.assert(
      fc.property(anyRevisions, (revisions) => {
        assert.deepEqual(hash(kernel, revisions), revisions.map(hashByDefinition))
      }),
    )
  })

  it('hashes as many as there are, more than a block too', () => {
    for (const count of [0, 1, 2047, 2048, 2049, 5000]) {
      const revisions = Array.from({ length: count }, (_, index) => BigInt(index) << 40n)
      assert.deepEqual(hash(kernel, revisions), revisions.map(hashByDefinition))
    }
  })

  it('writes nothing but the hashes', () => {
    const revisions = BigUint64Array.of(1n, 2n, 3n, 4n)
    const hashes = new BigUint64Array(4)
    kernel.hashRevisions(revisions.subarray(1, 3), hashes.subarray(1, 3))
    assert.deepEqual([...revisions], [1n, 2n, 3n, 4n])
    assert.deepEqual([...hashes], [0n, hashByDefinition(2n), hashByDefinition(3n), 0n])
  })

  it('refuses arrays of two lengths', () => {
    const refused = { name: 'RangeError', message: /^Cannot hash 2 revisions: .* 1 hashes$/ }
    assert.throws(() => {
      kernel.hashRevisions(new BigUint64Array(2), new BigUint64Array(1))
    }, refused)
  })
})

describe('TreeKernel.hashRevisions()', () => {
  it('gives the same for a million revisions in both kernels', () => {
    const random = createRandom(1)
    const lanes = new Uint32Array(MILLION * 2)
    for (let lane = 0; lane < lanes.length; lane += 1) lanes[lane] = random.below(2 ** 32)
    const revisions = new BigUint64Array(lanes.buffer)
    const [ofReference, ofWasm] = KERNELS.map((kernel) => {
      const hashes = new BigUint64Array(MILLION)
      kernel.hashRevisions(revisions, hashes)
      return Buffer.from(hashes.buffer)
    })
    assert.ok(ofReference !== undefined && ofWasm !== undefined)
    assert.equal(ofReference.compare(ofWasm), 0)
    // Revisions that are all the same would prove nothing.
    assert.ok(new Set(new BigUint64Array(ofWasm.buffer, 0, 1000)).size > 990)
  })
})

describeWithShared('TreeKernel.hashRevisions() against the vectors', () => {
  it('gives the hash of every pair', () => {
    const { pairs } = readSharedJson('vectors/merkle/fnv.json') as { pairs: [string, string][] }
    assert.ok(pairs.length > 10)
    const revisions = pairs.map(([value]) => BigInt(value))
    const expected = pairs.map(([, value]) => BigInt(value))
    for (const kernel of KERNELS) assert.deepEqual(hash(kernel, revisions), expected)
  })
})
