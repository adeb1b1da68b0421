/*
 * A strict JSON scanner over raw bytes. It finds where values begin and end and refuses what is not
 * JSON; it never builds a value, so bytes that nobody changes stay the bytes that came.
 */
import { JSON_DEPTH_MAX } from '../core/index.js'
import { JsonSyntaxError } from './json-syntax-error.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const MINUS = 0x2d
const PLUS = 0x2b
const DOT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30
const NINE = 0x39
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/**
 * Scans the value of one attribute of an object and returns the offset after it, most often by
 * calling {@link skipValue}; the name lies between the offsets, without its quotes.
 */
export type AttributeScanner = (nameStart: number, nameEnd: number, valueStart: number) => number

/**
 * Scans the value that begins at `start`.
 *
 * @returns the offset after its last byte
 * @throws {@link JsonSyntaxError} when there is no JSON value
 */
export function skipValue(bytes: Uint8Array, start: number, end: number, depth = 0): number {
  const first = start < end ? bytes[start] : -1
  switch (first) {
    case QUOTE:
      return skipString(bytes, start, end)
    case OPEN_BRACE:
      return scanObject(bytes, start, end, undefined, depth + 1)
    case OPEN_BRACKET:
      return skipArray(bytes, start, end, depth + 1)
    case 0x74:
      return skipWord(bytes, start, end, 'true')
    case 0x66:
      return skipWord(bytes, start, end, 'false')
    case 0x6e:
      return skipWord(bytes, start, end, 'null')
    default:
      return skipNumber(bytes, start, end)
  }
}

/**
 * Scans the object that begins at `start`. With `scanAttribute` each value is scanned by that
 * function, in the order in which they stand, repeated names too.
 *
 * @returns the offset after the closing brace
 * @throws {@link JsonSyntaxError} when there is no JSON object
 */
export function scanObject(
  bytes: Uint8Array,
  start: number,
  end: number,
  scanAttribute?: AttributeScanner,
  depth = 1,
): number {
  checkDepth(depth, start)
  expectByte(bytes, start, end, OPEN_BRACE, 'expected an object')
  let offset = skipSpace(bytes, start + 1, end)
  if (offset < end && bytes[offset] === CLOSE_BRACE) return offset + 1
  for (;;) {
    expectByte(bytes, offset, end, QUOTE, 'expected an attribute name')
    const nameStart = offset + 1
    const nameEnd = skipString(bytes, offset, end) - 1
    const colon = skipSpace(bytes, nameEnd + 1, end)
    expectByte(bytes, colon, end, COLON, 'expected a colon')
    const valueStart = skipSpace(bytes, colon + 1, end)
    const valueEnd =
      scanAttribute === undefined
        ? skipValue(bytes, valueStart, end, depth)
        : scanAttribute(nameStart, nameEnd, valueStart)
    offset = skipSpace(bytes, valueEnd, end)
    if (offset < end && bytes[offset] === CLOSE_BRACE) return offset + 1
    expectByte(bytes, offset, end, COMMA, 'expected a comma or a closing brace')
    offset = skipSpace(bytes, offset + 1, end)
  }
}

/**
 * Scans the array that begins at `start` and shows each of its values.
 *
 * @returns the offset after the closing bracket
 * @throws {@link JsonSyntaxError} when there is no JSON array
 */
export function skipArray(
  bytes: Uint8Array,
  start: number,
  end: number,
  depth = 1,
  visit?: (valueStart: number, valueEnd: number) => void,
): number {
  const skipItem = (valueStart: number): number => {
    const valueEnd = skipValue(bytes, valueStart, end, depth)
    if (visit !== undefined) visit(valueStart, valueEnd)
    return valueEnd
  }
  return scanArray(bytes, start, end, skipItem, depth)
}

/**
 * Scans the array that begins at `start`; each value is scanned by `scanItem`, which returns the
 * offset after it.
 *
 * @returns the offset after the closing bracket
 * @throws {@link JsonSyntaxError} when there is no JSON array
 */
export function scanArray(
  bytes: Uint8Array,
  start: number,
  end: number,
  scanItem: (valueStart: number) => number,
  depth = 1,
): number {
  checkDepth(depth, start)
  let offset = skipSpace(bytes, start + 1, end)
  if (offset < end && bytes[offset] === CLOSE_BRACKET) return offset + 1
  for (;;) {
    offset = skipSpace(bytes, scanItem(offset), end)
    if (offset < end && bytes[offset] === CLOSE_BRACKET) return offset + 1
    expectByte(bytes, offset, end, COMMA, 'expected a comma or a closing bracket')
    offset = skipSpace(bytes, offset + 1, end)
  }
}

/** The first offset from `start` on that holds no JSON white space; `end` if there is none. */
export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let offset = start
  while (offset < end && isSpace(bytes[offset] as number)) offset += 1
  return offset
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function skipString(bytes: Uint8Array, start: number, end: number): number {
  let offset = start + 1
  while (offset < end) {
    const byte = bytes[offset] as number
    if (byte === QUOTE) return offset + 1
    if (byte === BACKSLASH) offset = skipEscape(bytes, offset, end)
    else if (byte < 0x20) throw new JsonSyntaxError('control character in a string', offset)
    else offset += 1
  }
  throw new JsonSyntaxError('the text ends inside a string', end)
}

function skipEscape(bytes: Uint8Array, start: number, end: number): number {
  const letter = start + 1 < end ? (bytes[start + 1] as number) : -1
  if (letter === 0x75) {
    for (let offset = start + 2; offset < start + 6; offset += 1) {
      if (offset >= end || !isHexDigit(bytes[offset] as number)) {
        fail('expected four hexadecimal digits', offset, end)
      }
    }
    return start + 6
  }
  if (!isShortEscape(letter)) fail('unknown escape', start + 1, end)
  return start + 2
}

function isShortEscape(letter: number): boolean {
  switch (letter) {
    case QUOTE:
    case BACKSLASH:
    case SLASH:
    case 0x62: // b, f, n, r, t
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true
    default:
      return false
  }
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20
  return (byte >= ZERO && byte <= NINE) || (lower >= 0x61 && lower <= 0x66)
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE
}

function skipNumber(bytes: Uint8Array, start: number, end: number): number {
  let offset = start < end && bytes[start] === MINUS ? start + 1 : start
  if (offset >= end || !isDigit(bytes[offset])) fail('expected a value', offset, end)
  offset = bytes[offset] === ZERO ? offset + 1 : skipDigits(bytes, offset, end)
  if (offset < end && bytes[offset] === DOT) offset = skipDigits(bytes, offset + 1, end)
  const isExponent = offset < end && ((bytes[offset] as number) | 0x20) === 0x65
  return isExponent ? skipExponent(bytes, offset + 1, end) : offset
}

function skipExponent(bytes: Uint8Array, start: number, end: number): number {
  const isSigned = start < end && (bytes[start] === PLUS || bytes[start] === MINUS)
  return skipDigits(bytes, isSigned ? start + 1 : start, end)
}

function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let offset = start
  while (offset < end && isDigit(bytes[offset])) offset += 1
  if (offset === start) fail('expected a digit', offset, end)
  return offset
}

function skipWord(bytes: Uint8Array, start: number, end: number, word: string): number {
  for (let index = 1; index < word.length; index += 1) {
    if (start + index >= end || bytes[start + index] !== word.charCodeAt(index)) {
      throw new JsonSyntaxError('expected a value', start)
    }
  }
  return start + word.length
}

function checkDepth(depth: number, offset: number): void {
  if (depth > JSON_DEPTH_MAX) {
    throw new JsonSyntaxError(`nested deeper than ${JSON_DEPTH_MAX} levels`, offset)
  }
}

function expectByte(
  bytes: Uint8Array,
  offset: number,
  end: number,
  byte: number,
  expected: string,
): void {
  if (offset >= end || bytes[offset] !== byte) fail(expected, offset, end)
}

function fail(expected: string, offset: number, end: number): never {
  throw new JsonSyntaxError(offset >= end ? `${expected}, but the text ends` : expected, offset)
}
