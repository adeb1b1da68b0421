import assert from 'node:assert/strict'
import { getKernel, hashRevision } from '../../lib/merkle/index.js'
import { runSuite } from '../support/suite.js'
import { compareSpeed, type Ratio } from '../support/ratio.js'
import { hashWithBigInt } from './bigint.js'
import { randomRevisions } from './random-revisions.js'

const REVISIONS = 200_000

/** Compares the hash of the kernel with BigInt and with two 32-bit lanes. */
export async function compareHashes(): Promise<readonly Ratio[]> {
  const revisions = randomRevisions(new ArrayBuffer(REVISIONS * 8))
  const hashes = new BigUint64Array(REVISIONS)
  const kernel = getKernel()
  const inKernel = (): BigUint64Array => {
    kernel.hashRevisions(revisions, hashes)
    return hashes
  }
  const inBigInt = (): BigUint64Array => {
    for (let index = 0; index < REVISIONS; index += 1) {
      hashes[index] = hashWithBigInt(revisions[index] as bigint)
    }
    return hashes
  }
  const inLanes = (): BigUint64Array => {
    hashLanes(revisions, hashes)
    return hashes
  }
  const expected = inBigInt().slice()
  assert.deepEqual(inKernel(), expected)
  assert.deepEqual(inLanes(), expected)
  await runSuite('hash', [
    { name: `${kernel.kind} kernel`, items: REVISIONS, run: inKernel },
    { name: '32-bit lanes', items: REVISIONS, run: inLanes },
  ])
  return [
    await compareSpeed({ name: 'hash: kernel to BigInt', bar: 40 }, inKernel, inBigInt),
    await compareSpeed({ name: 'hash: kernel to 32-bit lanes', bar: 5 }, inKernel, inLanes),
  ]
}

function hashLanes(revisions: BigUint64Array, hashes: BigUint64Array): void {
  const from = new Uint32Array(revisions.buffer, revisions.byteOffset, revisions.length * 2)
  const to = new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length * 2)
  const lanes = { high: 0, low: 0 }
  for (let index = 0; index < from.length; index += 2) {
    lanes.low = from[index] as number
    lanes.high = from[index + 1] as number
    hashRevision(lanes, lanes)
    to[index] = lanes.low
    to[index + 1] = lanes.high
  }
}
