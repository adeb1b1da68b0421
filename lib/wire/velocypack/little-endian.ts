/*
 * Integers as VelocyPack stores them: little-endian, of 1 to 8 bytes, and the variable ones of the
 * compact types. Callers make sure that the bytes are there.
 */

/** Bytes up to which every integer is exact as a JS number. */
export const EXACT_BYTES_MAX = 6

const CONTINUED = 0x80
const LOW_BITS = 0x7f
/** The compact types store lengths of at most 8 groups of 7 bits. */
const GROUPS_MAX = 8

/**
 * Reads an unsigned integer.
 *
 * @returns the exact number up to 2^53; above, a number near it: enough to see that a length is far
 *   beyond any buffer
 */
export function readUint(bytes: Uint8Array, offset: number, width: number): number {
  let value = bytes[offset + width - 1] as number
  for (let index = offset + width - 2; index >= offset; index -= 1) {
    value = value * 256 + (bytes[index] as number)
  }
  return value
}

/** Reads a signed integer (two's complement) of up to {@link EXACT_BYTES_MAX} bytes. */
export function readInt(bytes: Uint8Array, offset: number, width: number): number {
  const value = readUint(bytes, offset, width)
  const isNegative = (bytes[offset + width - 1] as number) >= 0x80
  return isNegative ? value - 256 ** width : value
}

/** Reads an unsigned integer of more than 4 bytes, exactly. */
export function readBigUint(bytes: Uint8Array, offset: number, width: number): bigint {
  const low = readUint(bytes, offset, 4)
  const high = readUint(bytes, offset + 4, width - 4)
  return (BigInt(high) << 32n) | BigInt(low)
}

/** Reads a signed integer (two's complement) of more than 4 bytes, exactly. */
export function readBigInt(bytes: Uint8Array, offset: number, width: number): bigint {
  return BigInt.asIntN(8 * width, readBigUint(bytes, offset, width))
}

/** Writes an unsigned integer below 2^53; bytes beyond its own become zero. */
export function writeUint(bytes: Uint8Array, offset: number, width: number, value: number): void {
  let rest = value
  const last = offset + width - 1
  for (let index = offset; index < last; index += 1) {
    bytes[index] = rest & 0xff
    rest = Math.floor(rest / 256)
  }
  bytes[last] = rest & 0xff
}

/** The fewest bytes that hold an unsigned integer below 2^53. */
export function uintWidth(value: number): number {
  let width = 1
  for (let rest = value; rest >= 256; rest = Math.floor(rest / 256)) width += 1
  return width
}

/** A number of variable length, and how many bytes it takes. */
export interface Varint {
  value: number
  /** 0 when the bytes end before the number does, -1 when it is longer than the format allows. */
  width: number
}

/**
 * Reads a variable number: 7 bits a byte, the lowest first, all bytes but the last with the high bit.
 *
 * @param limit - the first offset that is not read, above `offset` or below it
 * @param step - 1 reads upwards from `offset`, -1 downwards
 */
export function readVarint(
  bytes: Uint8Array,
  offset: number,
  limit: number,
  step: 1 | -1,
  out: Varint,
): void {
  let value = 0
  let factor = 1
  out.width = 0
  for (let group = 0; group < GROUPS_MAX; group += 1) {
    const index = offset + group * step
    if (index === limit) return
    const byte = bytes[index] as number
    value += (byte & LOW_BITS) * factor
    factor *= 128
    if (byte < CONTINUED) {
      out.value = value
      out.width = group + 1
      return
    }
  }
  out.width = -1
}

/** Bytes of a variable number. */
export function varintWidth(value: number): number {
  let width = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) width += 1
  return width
}

/** Writes a variable number upwards or downwards from `offset`. */
export function writeVarint(bytes: Uint8Array, offset: number, value: number, step: 1 | -1): void {
  let index = offset
  let rest = value
  while (rest >= 128) {
    bytes[index] = (rest % 128) | CONTINUED
    rest = Math.floor(rest / 128)
    index += step
  }
  bytes[index] = rest
}
