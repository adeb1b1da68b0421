import { decodeText } from './json-text.js'

const BACKSLASH = 0x5c

/** Tells whether a JSON string has an escape between the offsets. */
export function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset += 1) if (bytes[offset] === BACKSLASH) return true
  return false
}

/**
 * The content of a JSON string with as few escapes as possible, one character a UTF-8 byte, so that
 * the order of such texts is the order of their bytes.
 */
export function canonicalText(bytes: Buffer, start: number, end: number): string {
  if (!hasEscape(bytes, start, end)) return bytes.toString('latin1', start, end)
  return formatCanonicalText(decodeText(bytes, start, end))
}

/** Writes a text as {@link canonicalText} gives it. */
export function formatCanonicalText(text: string): string {
  return Buffer.from(JSON.stringify(text).slice(1, -1)).toString('latin1')
}

/** The inverse of {@link formatCanonicalText}. */
export function parseCanonicalText(canonical: string): string {
  return JSON.parse(`"${Buffer.from(canonical, 'latin1').toString()}"`) as string
}
