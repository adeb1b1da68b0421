import {
  FIXED_LENGTHS,
  HEAD,
  PREFIX_WIDTHS,
  SHORT_TEXT_BYTES_MAX,
  isCompound,
  lengthWidth,
  typeOfHead,
} from './head.js'
import { readUint, readVarint, type Varint } from './little-endian.js'
import { VelocyPackError } from './velocypack-error.js'

/** The exponent of a decimal stands between its length and its digits. */
const EXPONENT_BYTES = 4

const varint: Varint = { value: 0, width: 0 }

/**
 * Tells how many bytes the value that begins at `start` has, from its first bytes alone; whether
 * they are there, and what is inside, is not looked at.
 *
 * @returns at least 1; 0 when the bytes up to `end` are too few to tell: 9 are always enough, the head
 *   and a length of 8 bytes
 * @throws {@link VelocyPackError} when no value begins so
 */
export function sliceLength(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return 0
  const head = bytes[start] as number
  const length = FIXED_LENGTHS[head] as number
  if (length > 0) return length
  if (isCompound(head)) return compoundLength(bytes, start, end)
  const width = PREFIX_WIDTHS[head] as number
  if (width === 0) throw new VelocyPackError(refusal(head), start)
  if (start + width >= end) return 0
  const exponentBytes = typeOfHead(head) === 'decimal' ? EXPONENT_BYTES : 0
  return 1 + width + exponentBytes + readUint(bytes, start + 1, width)
}

/** Tells how many bytes a value has that is known to be whole. */
export function knownLength(bytes: Uint8Array, start: number): number {
  return sliceLength(bytes, start, bytes.length)
}

/** Tells where the bytes of a text begin, after its head and its length. */
export function textStart(bytes: Uint8Array, start: number): number {
  return (bytes[start] as number) - HEAD.shortText <= SHORT_TEXT_BYTES_MAX ? start + 1 : start + 9
}

function compoundLength(bytes: Uint8Array, start: number, end: number): number {
  const head = bytes[start] as number
  if (head >= HEAD.compactArray) return compactLength(bytes, start, end)
  const width = lengthWidth(head)
  if (start + width >= end) return 0
  return atLeast(width + 2, readUint(bytes, start + 1, width), start)
}

function compactLength(bytes: Uint8Array, start: number, end: number): number {
  readVarint(bytes, start + 1, end, 1, varint)
  if (varint.width < 0) throw new VelocyPackError('the length has more than 8 bytes', start)
  if (varint.width === 0) return 0
  // Besides head and length there are an item and the number of items.
  return atLeast(varint.width + 3, varint.value, start)
}

/** A length of less than the header would let a reader stand still, or go back. */
function atLeast(lengthMin: number, length: number, start: number): number {
  if (length < lengthMin) throw new VelocyPackError('the length is less than the header', start)
  return length
}

function refusal(head: number): string {
  switch (head) {
    case 0x00:
      return 'there is no value (type 0x00)'
    case 0x1d:
      return 'external values (type 0x1d) are addresses in the memory of another process'
    case 0xee:
    case 0xef:
      return 'tagged values are not read: ArangoDB sends none'
    default:
      return `no value begins with the byte 0x${head.toString(16).padStart(2, '0')}`
  }
}
