import { encodeRevision, revision, type Lanes } from '../../values/index.js'

/*
 * The text of a hash is that of a revision (merkle notes, section 6). A documented tree has 300,000
 * of them, for which the BigInt code of values is ten times slower than these lanes. Hashes are
 * written with `encodeRevisionLanes` of values.
 */

const TEXT_LENGTH_MAX = 11
const NO_DIGIT = 0xff
const VALUES = makeValues()
const ALL_ONES = 0xffffffff

/**
 * Decodes a hash as `decodeRevision` does: of 11 digits the top two of 66 bits are lost.
 *
 * @returns whether the text is one; 2^64 - 1 counts as none, which upstream takes for its error
 *   value
 */
export function decodeHash(text: string, out: Lanes): boolean {
  if (text.length > TEXT_LENGTH_MAX) return false
  let low = 0
  let high = 0
  for (let index = 0; index < text.length; index += 1) {
    const value = VALUES[text.charCodeAt(index)] ?? NO_DIGIT
    if (value === NO_DIGIT) return false
    high = ((high << 6) | (low >>> 26)) >>> 0
    low = ((low << 6) | value) >>> 0
  }
  out.high = high
  out.low = low
  return low !== ALL_ONES || high !== ALL_ONES
}

function digitOf(value: number): string {
  return encodeRevision(revision(BigInt(value)), { pad: true }).slice(-1)
}

function makeValues(): Uint8Array {
  const values = new Uint8Array(128).fill(NO_DIGIT)
  for (let value = 0; value < 64; value += 1) values[digitOf(value).charCodeAt(0)] = value
  return values
}
