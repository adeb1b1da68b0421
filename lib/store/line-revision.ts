import {
  isKeepableRevision,
  parseRevision,
  readRevisionLanes,
  type Lanes,
} from '../values/index.js'
import { decodeText } from '../wire/index.js'
import { hasEscape } from './line-key.js'

/** The high lane of `REVISION_END`. */
const HIGH_END = 0x8000_0000

/**
 * Reads the content of a `_rev` into lanes.
 *
 * @param start - behind the opening quote; -1 for a document that has none
 * @param end - the closing quote
 * @returns false when a copy cannot keep it
 */
export function readLineRevision(bytes: Buffer, start: number, end: number, out: Lanes): boolean {
  if (start < 0) return false
  readRevisionLanes(bytes, start, end, out)
  if (isKeepable(out)) return true
  if (!hasEscape(bytes, start, end)) return false
  const decoded = parseRevision(decodeText(bytes, start, end))
  out.high = Number(decoded >> 32n)
  out.low = Number(decoded & 0xffff_ffffn)
  return isKeepableRevision(decoded)
}

/** `isKeepableRevision` of the lanes: not 0, and below 2^63. */
function isKeepable({ high, low }: Lanes): boolean {
  return (high | low) !== 0 && high < HIGH_END
}
