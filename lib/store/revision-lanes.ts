import { decodeText } from '../wire/index.js'
import { isKeepableRevision, parseRevision, type Revision } from '../values/index.js'
import type { DocumentKey } from './row-keys.js'

const ALPHABET = '-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** ASCII code to digit; 255 for what is no digit. */
const DIGITS = new Uint8Array(256).fill(255)
for (const [digit, letter] of [...ALPHABET].entries()) DIGITS[letter.charCodeAt(0)] = digit
const TEXT_LENGTH = 11
const ONE = 0x31
const NINE = 0x39

/**
 * Reads the text of a `_rev` that lies between the offsets into the lanes of `key`; the rule of
 * `parseRevision`, without its bigints for the usual eleven digits.
 *
 * @returns false when it is not a revision that a copy can keep
 */
export function readRevisionText(
  key: DocumentKey,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  const first = bytes[start] as number
  if (end - start !== TEXT_LENGTH || (first >= ONE && first <= NINE)) {
    return readUnusualText(key, bytes, start, end)
  }
  let high = 0
  let low = 0
  let seen = 0
  for (let offset = start; offset < end; offset += 1) {
    const digit = DIGITS[bytes[offset] as number] as number
    seen |= digit
    high = (high << 6) | (low >>> 26)
    low = (low << 6) | digit
  }
  if (seen > 63) return readUnusualText(key, bytes, start, end)
  key.high = high >>> 0
  key.low = low >>> 0
  // 0 and 2^64 - 1 are no revisions.
  return (high | low) !== 0 && (high & low) !== -1
}

function readUnusualText(key: DocumentKey, bytes: Buffer, start: number, end: number): boolean {
  const value: Revision = parseRevision(decodeText(bytes, start, end))
  key.setRevision(key.space, value)
  return isKeepableRevision(value)
}
