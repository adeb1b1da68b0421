import { decodeText } from '../wire/index.js'
import type { KeyKey } from './row-keys.js'

const BACKSLASH = 0x5c
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Sets the `_key` of `key`, which keeps its space, from the content of a JSON text.
 *
 * @param start - behind the opening quote, which is part of `bytes`
 * @param end - the closing quote
 * @returns false when an escape in it is half a character: such a key has no bytes
 */
export function setLineKey(key: KeyKey, bytes: Buffer, start: number, end: number): boolean {
  if (!hasEscape(bytes, start, end)) {
    key.set(key.space, bytes, start, end)
    return true
  }
  const text = decodeText(bytes, start, end)
  if (LONE_SURROGATE.test(text)) return false
  const decoded = Buffer.from(text)
  key.set(key.space, decoded, 0, decoded.length)
  return true
}

/** Tells whether a JSON text between the offsets is not what its bytes say. */
export function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset += 1) if (bytes[offset] === BACKSLASH) return true
  return false
}
