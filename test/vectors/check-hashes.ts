import { hashRevision, joinLanes, type Lanes } from 'tidemark'
import { getKernel } from 'tidemark/merkle'
import type { Checks } from './checks.js'
import { createSplitMix } from './generate-keys.js'

/** A file about the hash of revisions. */
export interface HashVectors {
  readonly pairs?: readonly (readonly [string, string])[]
  readonly bulk?: { readonly seed: string; readonly count: number; readonly xor: string }
}

/** Checks the hash, one by one and in bulk. */
export async function checkHashes(
  checks: Checks,
  { pairs = [], bulk }: HashVectors,
): Promise<void> {
  for (const [input, hash] of pairs) {
    await checks.equal(`hash of ${input}`, () => hashOf(BigInt(input)).toString(), hash)
  }
  if (bulk === undefined) return
  const next = createSplitMix(BigInt(bulk.seed))
  const revisions = new BigUint64Array(bulk.count)
  for (let index = 0; index < bulk.count; index += 1) revisions[index] = next()
  await checks.equal('bulk', () => hashInBulk(revisions).toString(), bulk.xor)
}

function hashOf(input: bigint): bigint {
  const lanes: Lanes = { high: Number(input >> 32n), low: Number(input & 0xffff_ffffn) }
  hashRevision(lanes, lanes)
  return joinLanes(lanes)
}

function hashInBulk(revisions: BigUint64Array): bigint {
  const hashes = new BigUint64Array(revisions.length)
  getKernel().hashRevisions(revisions, hashes)
  return hashes.reduce((sum, hash) => sum ^ hash, 0n)
}
