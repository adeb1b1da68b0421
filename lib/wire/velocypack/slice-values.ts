/*
 * What single values say. All functions take values that were validated.
 */
import { isTranslated, translatedName } from './attribute-names.js'
import { CompoundLayout } from './compound-layout.js'
import { HEAD } from './head.js'
import { EXACT_BYTES_MAX, readBigInt, readBigUint, readInt, readUint } from './little-endian.js'
import { knownLength, textStart } from './slice-length.js'

/** The value of an integer: a `bigint` where its bytes could hold more than a number is exact for. */
export function readInteger(bytes: Uint8Array, start: number): number | bigint {
  const head = bytes[start] as number
  if (head >= HEAD.negative) return head - HEAD.shortText
  if (head >= HEAD.zero) return head - HEAD.zero
  if (head > HEAD.uint) {
    const width = head - HEAD.uint
    return width > EXACT_BYTES_MAX
      ? readBigUint(bytes, start + 1, width)
      : readUint(bytes, start + 1, width)
  }
  const width = head - HEAD.int
  return width > EXACT_BYTES_MAX
    ? readBigInt(bytes, start + 1, width)
    : readInt(bytes, start + 1, width)
}

/** Milliseconds since the beginning of 1970 (UTC) of a date. */
export function readDate(bytes: Uint8Array, start: number): bigint {
  return readBigInt(bytes, start + 1, 8)
}

/** The bytes of binary data, without a copy. */
export function readBinary(bytes: Buffer, start: number): Buffer {
  const lengthBytes = (bytes[start] as number) - HEAD.binary
  return bytes.subarray(start + 1 + lengthBytes, start + knownLength(bytes, start))
}

/** The text of a text. */
export function readText(bytes: Buffer, start: number): string {
  return bytes.toString('utf8', textStart(bytes, start), start + knownLength(bytes, start))
}

/** The name of an attribute, whether it is stored as text or as a number. */
export function readName(bytes: Buffer, start: number): string {
  return isTranslated(bytes[start] as number)
    ? (translatedName(bytes, start) as string)
    : readText(bytes, start)
}

const layout = new CompoundLayout()

/**
 * Finds an attribute of an object by going through all of them, because nothing makes sure that the
 * index table is really in the order of the names. Of a repeated attribute the first counts.
 *
 * @returns the offset of its value, or -1
 */
export function findAttribute(bytes: Buffer, start: number, name: string): number {
  if (bytes[start] === HEAD.emptyObject) return -1
  layout.read(bytes, start, start + knownLength(bytes, start))
  const { count, itemsStart } = layout
  const utf8 = Buffer.from(name)
  let offset = itemsStart
  for (let index = 0; index < count; index += 1) {
    const valueStart = offset + knownLength(bytes, offset)
    if (isName(bytes, offset, valueStart, name, utf8)) return valueStart
    offset = valueStart + knownLength(bytes, valueStart)
  }
  return -1
}

function isName(bytes: Buffer, start: number, end: number, name: string, utf8: Buffer): boolean {
  if (isTranslated(bytes[start] as number)) return translatedName(bytes, start) === name
  const contentStart = textStart(bytes, start)
  if (end - contentStart !== utf8.length) return false
  return utf8.compare(bytes, contentStart, end) === 0
}
