/** Bytes of a padded text. */
const TEXT: usize = 11
const QUOTE: i8 = 0x22
const ZERO: u8 = 0x30
const NO_TEXT: usize = 0

/** Tells of 16 characters which are digits of base 64, by a bit for each. */
function digitMask(characters: v128): v128 {
  const lower = v128.or(characters, i8x16.splat(0x20))
  const isLetter = i8x16.lt_u(i8x16.sub(lower, i8x16.splat(0x61)), i8x16.splat(26))
  const isDecimal = i8x16.lt_u(i8x16.sub(characters, i8x16.splat(0x30)), i8x16.splat(10))
  const isDash = i8x16.eq(characters, i8x16.splat(0x2d))
  const isUnderscore = i8x16.eq(characters, i8x16.splat(0x5f))
  return v128.or(v128.or(isLetter, isDecimal), v128.or(isDash, isUnderscore))
}

/**
 * The values of 16 characters: `-` 0, `_` 1, `A` to `Z` 2 to 27, `a` to `z` 28 to 53, `0` to `9` 54
 * to 63; 0 for those that are not in the mask. Each class lies at its own distance from its values.
 */
function digitsOf(characters: v128, mask: v128): v128 {
  const isLower = i8x16.gt_u(characters, i8x16.splat(0x60))
  const isUpper = i8x16.gt_u(characters, i8x16.splat(0x40))
  const isDecimal = i8x16.gt_u(characters, i8x16.splat(0x2f))
  const isUnderscore = i8x16.eq(characters, i8x16.splat(0x5f))
  let distance = i8x16.splat(0x2d)
  distance = v128.bitselect(i8x16.splat(0x30 - 54), distance, isDecimal)
  distance = v128.bitselect(i8x16.splat(0x41 - 2), distance, isUpper)
  distance = v128.bitselect(i8x16.splat(0x61 - 28), distance, isLower)
  distance = v128.bitselect(i8x16.splat(0x5f - 1), distance, isUnderscore)
  return v128.and(i8x16.sub(characters, distance), mask)
}

/** Puts 16 digits of 6 bits together to two numbers of 8 digits, 48 bits, each. */
function joinDigits(digits: v128): v128 {
  const pairs = v128.or(i16x8.shl(v128.and(digits, i16x8.splat(0xff)), 6), i16x8.shr_u(digits, 8))
  const fours = v128.or(i32x4.shl(v128.and(pairs, i32x4.splat(0xffff)), 12), i32x4.shr_u(pairs, 16))
  return v128.or(i64x2.shl(v128.and(fours, i64x2.splat(0xffffffff)), 24), i64x2.shr_u(fours, 32))
}

/**
 * Decodes `count` texts of 11 characters. Reads 5 bytes on after the last of them.
 *
 * @returns the index of the first that has another character than those of base 64, else `count`
 */
export function decodeRevisions(texts: usize, revisions: usize, count: usize): usize {
  for (let index: usize = 0; index < count; index++, texts += TEXT, revisions += 8) {
    const characters = v128.load(texts)
    const mask = digitMask(characters)
    if ((i8x16.bitmask(mask) & 0x7ff) != 0x7ff) return index
    const halves = joinDigits(digitsOf(characters, mask))
    const value = (i64x2.extract_lane(halves, 0) << 18) | (i64x2.extract_lane(halves, 1) >> 30)
    store<u64>(revisions, value)
  }
  return count
}

/**
 * Reads a `_rev` of 1 to 11 characters in base 64 up to its quote: none that may be decimal, and
 * neither 0 nor the error value, which no document has. Reads up to 16 bytes.
 *
 * @param slot - gets the revision
 * @returns the address after the quote; 0 when there is no such text
 */
export function readRevision(text: usize, slot: usize): usize {
  const characters = v128.load(text)
  const length = ctz(i8x16.bitmask(i8x16.eq(characters, i8x16.splat(QUOTE))))
  if (length > <i32>TEXT) return NO_TEXT
  if (load<u8>(text) - ZERO < 10) return NO_TEXT
  const mask = digitMask(characters)
  if (ctz(~i8x16.bitmask(mask)) < length) return NO_TEXT
  const halves = joinDigits(digitsOf(characters, mask))
  const high = <u64>i64x2.extract_lane(halves, 0)
  const low = <u64>i64x2.extract_lane(halves, 1)
  const bits = <u64>length * 6
  const value = bits > 48 ? (high << (bits - 48)) | (low >> (96 - bits)) : high >> (48 - bits)
  // A text of no characters gives 0 too.
  if (value + 1 <= 1) return NO_TEXT
  store<u64>(slot, value)
  return text + length + 1
}
