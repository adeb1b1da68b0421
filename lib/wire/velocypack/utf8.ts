/**
 * Finds the first byte that is not UTF-8 (RFC 3629: shortest forms only, no surrogates, nothing
 * above U+10FFFF).
 *
 * @returns its offset, or -1 when all bytes between the offsets are UTF-8
 */
export function findInvalidUtf8(bytes: Uint8Array, start: number, end: number): number {
  let offset = start
  while (offset < end) {
    if ((bytes[offset] as number) < 0x80) {
      offset += 1
      continue
    }
    const length = sequenceLength(bytes, offset, end)
    if (length === 0) return offset
    offset += length
  }
  return -1
}

/** Bytes of the character of more than one byte that begins at `offset`; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, offset: number, end: number): number {
  const first = bytes[offset] as number
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (first < 0xc2 || first > 0xf4 || offset + length > end) return 0
  const second = bytes[offset + 1] as number
  if (!isSecond(first, second)) return 0
  for (let index = 2; index < length; index += 1) {
    if (((bytes[offset + index] as number) & 0xc0) !== 0x80) return 0
  }
  return length
}

/** Four first bytes allow only some second ones: the rest would be too long, or no character. */
function isSecond(first: number, second: number): boolean {
  switch (first) {
    case 0xe0:
      return second >= 0xa0 && second <= 0xbf
    case 0xed:
      return second >= 0x80 && second <= 0x9f
    case 0xf0:
      return second >= 0x90 && second <= 0xbf
    case 0xf4:
      return second >= 0x80 && second <= 0x8f
    default:
      return second >= 0x80 && second <= 0xbf
  }
}
