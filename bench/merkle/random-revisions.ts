import { REVISION_LOWER_BOUND } from '../../lib/values/index.js'

/** Revisions lie in this many bits above the lower bound: every leaf of a tree gets some. */
const SPAN_BITS = 57n
const LOW_BITS = 32n

/** Fills a buffer with random revisions of a span of clock time, in no order. */
export function randomRevisions(buffer: ArrayBuffer | SharedArrayBuffer): BigUint64Array {
  const revisions = new BigUint64Array(buffer)
  let state = 0x9e3779b9
  // The generator xorshift32: quick, and the same numbers at every run.
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const highMask = (1n << (SPAN_BITS - LOW_BITS)) - 1n
  for (let index = 0; index < revisions.length; index += 1) {
    const offset = ((BigInt(next()) & highMask) << LOW_BITS) | BigInt(next())
    revisions[index] = REVISION_LOWER_BOUND + offset
  }
  return revisions
}
