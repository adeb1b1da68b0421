import { RevisionError } from './revision-error.js'

declare const revisionBrand: unique symbol

/** A `_rev` as a number: an unsigned 64-bit integer, `0n <= revision < 2n ** 64n`. */
export type Revision = bigint & { readonly [revisionBrand]: true }

/** What an undecodable text decodes to: 2^64 - 1, which no document has (merkle notes, section 1). */
export const INVALID_REVISION: Revision = (2n ** 64n - 1n) as Revision

/** `RevisionId.lowerBound()`: the first instant of 2021, where new collections' trees begin. */
export const REVISION_LOWER_BOUND: Revision = (1609459200000n << 20n) as Revision

/** Revisions from here on are in no tree and no store; no clock gives one. */
export const REVISION_END: Revision = (2n ** 63n) as Revision

const ALPHABET = '-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const TEXT_LENGTH_MAX = 11
/** 46 years in milliseconds: at or below it a revision is written in decimal. */
const DECIMAL_MAX = 1450656000000n
const ZERO = 0x30
const NINE = 0x39

/**
 * Checks the range and brands; the only place where a `bigint` becomes a {@link Revision}.
 *
 * @throws {@link RevisionError} when the value does not fit in 64 bits
 */
export function revision(value: bigint): Revision {
  if (BigInt.asUintN(64, value) !== value) {
    throw new RevisionError(`Cannot use a number as a revision: it does not fit in 64 bits`)
  }
  return value as Revision
}

/** How {@link encodeRevision} writes. */
export interface EncodeRevisionOptions {
  /** Fill up to 11 characters with leading `-`, as the documented wire form wants it. */
  readonly pad?: boolean
}

/**
 * Encodes a revision as a base-64 number, most significant digit first, without leading zeros
 * (0 is the empty text), or padded to 11 characters.
 *
 * @see merkle notes, section 1, for the alphabet
 */
export function encodeRevision(
  value: Revision,
  { pad = false }: EncodeRevisionOptions = {},
): string {
  let text = ''
  for (let rest: bigint = value; rest > 0n; rest >>= 6n) {
    text = ALPHABET.charAt(Number(rest & 63n)) + text
  }
  return pad ? text.padStart(TEXT_LENGTH_MAX, '-') : text
}

/**
 * Decodes the base-64 form. Leading `-` are zeros, so several texts decode to one value; of eleven
 * digits the top two of 66 bits are lost (modulo 2^64).
 *
 * @returns the revision; {@link INVALID_REVISION} when the text is longer than 11 bytes or has a
 *   character outside the alphabet
 */
export function decodeRevision(text: string): Revision {
  if (text.length > TEXT_LENGTH_MAX) return INVALID_REVISION
  let value = 0n
  for (const character of text) {
    const digit = ALPHABET.indexOf(character)
    if (digit < 0) return INVALID_REVISION
    value = (value << 6n) | BigInt(digit)
  }
  return BigInt.asUintN(64, value) as Revision
}

/**
 * Reads the text of a document's `_rev`: decimal when it begins with `1` to `9` (old dumps), else
 * base 64. Decimal is read as the original reads it: any byte, modulo 2^64, bytes from 0x80 on as
 * negative numbers.
 *
 * @returns the revision; {@link INVALID_REVISION} where {@link decodeRevision} gives it
 */
export function parseRevision(text: string): Revision {
  const first = text.charCodeAt(0)
  if (!(first > ZERO && first <= NINE)) return decodeRevision(text)
  let value = 0n
  for (const byte of new TextEncoder().encode(text)) {
    value = value * 10n + BigInt((byte << 24) >> 24) - BigInt(ZERO)
  }
  return BigInt.asUintN(64, value) as Revision
}

/**
 * Writes the text of a document's `_rev`: decimal up to the tick limit, base 64 above it. The
 * inverse of {@link parseRevision} for every revision but 0, as in the original.
 */
export function formatRevision(value: Revision): string {
  return isDecimalRevision(value) ? value.toString() : encodeRevision(value)
}

/** Tells whether a revision is written in decimal. */
export function isDecimalRevision(value: bigint | number): boolean {
  return value <= DECIMAL_MAX
}

/**
 * Tells whether a copy can keep a `_rev`: it is neither 0 nor the error value (design, "Time"), and
 * a revision tree can hold it, whose widest range has 2^63 revisions (merkle notes, section 3).
 */
export function isKeepableRevision(value: Revision): boolean {
  return value !== 0n && value < REVISION_END
}
