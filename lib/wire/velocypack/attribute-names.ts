import { HEAD } from './head.js'
import { readUint } from './little-endian.js'

/**
 * Names that ArangoDB writes as numbers: `_key` is 1, and so on up to `_to`, 5 (VelocyPackHelper of
 * ArangoDB; its drivers have the same table).
 */
const TRANSLATED_NAMES = [undefined, '_key', '_rev', '_id', '_from', '_to'] as const

/** Tells whether a head is of an integer that may stand for a name: one above zero. */
export function isTranslated(head: number): boolean {
  return head > HEAD.uint && head < HEAD.negative && head !== HEAD.zero
}

/** The name that such an integer stands for; undefined when the table does not have it. */
export function translatedName(bytes: Uint8Array, start: number): string | undefined {
  const head = bytes[start] as number
  const number = head > HEAD.zero ? head - HEAD.zero : readUint(bytes, start + 1, head - HEAD.uint)
  return TRANSLATED_NAMES[number]
}
