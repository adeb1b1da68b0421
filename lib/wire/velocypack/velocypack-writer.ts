import { JSON_DEPTH_MAX } from '../../core/index.js'
import { canonicalNumber } from '../canonical-number.js'
import { scanArray, scanObject, skipSpace, skipValue } from '../json-scanner.js'
import { JsonSyntaxError } from '../json-syntax-error.js'
import { decodeText } from '../json-text.js'
import { findInvalidUtf8 } from './utf8.js'
import { VelocyPackBuilder } from './velocypack-builder.js'
import { VelocyPackError } from './velocypack-error.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const ZERO = 0x30
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const WORDS: ReadonlyMap<number, boolean | null> = new Map([
  [0x6e, null],
  [0x66, false],
  [0x74, true],
])
/** Digits of which every number is exact as a JS number. */
const EXACT_DIGITS_MAX = 15
/** Digits of 2^64 - 1. */
const U64_DIGITS_MAX = 20
const U64_MAX = 2n ** 64n - 1n
const I64_MIN = -(2n ** 63n)
/** Finds halves of a surrogate pair that stand alone: no UTF-8 can hold them. */
const LONE_SURROGATE = /\p{Surrogate}/u

/** What limits the writing of a value. */
export interface VelocyPackWriterOptions {
  /** Deepest nesting of arrays and objects; 200 unless given. */
  readonly depthMax?: number | undefined
  /** Called for each number that becomes a double of another value: it had more digits. */
  readonly onRounded?: (() => void) | undefined
}

/**
 * Writes JSON text as VelocyPack, with the bytes that ArangoDB's Builder gives for the same JSON.
 * Whole numbers from -2^63 to 2^64 - 1 become integers, all others the nearest double. Of an object
 * all attributes are kept, repeated ones too; their names are written as texts, never as numbers of
 * the translation table, because only servers know that one.
 */
export class VelocyPackWriter {
  readonly #builder = new VelocyPackBuilder()
  /** Depth of the outermost value, for scanners that count up to a bound of their own. */
  readonly #firstDepth: number
  readonly #onRounded: (() => void) | undefined
  #bytes: Buffer = Buffer.alloc(0)
  #end = 0
  #depth = 0

  constructor({ depthMax = JSON_DEPTH_MAX, onRounded }: VelocyPackWriterOptions = {}) {
    this.#onRounded = onRounded
    this.#firstDepth = JSON_DEPTH_MAX - depthMax
  }

  /**
   * @param json - holds one JSON value between the offsets; white space around it is allowed
   * @returns the VelocyPack value; valid until the next call
   * @throws {@link JsonSyntaxError} when there is no JSON value
   * @throws {@link VelocyPackError} with an offset in `json` when a text is not Unicode or a number
   *   is too large for a double
   */
  write(json: Buffer, start = 0, end: number = json.length): Buffer {
    this.#bytes = json
    this.#end = end
    this.#depth = this.#firstDepth
    this.#builder.clear()
    const valueEnd = this.#writeValue(skipSpace(json, start, end))
    const rest = skipSpace(json, valueEnd, end)
    if (rest < end) throw new JsonSyntaxError('text after the end of the value', rest)
    return this.#builder.built()
  }

  #writeValue(start: number): number {
    const first = start < this.#end ? (this.#bytes[start] as number) : -1
    switch (first) {
      case QUOTE:
        return this.#writeText(start)
      case OPEN_BRACE:
      case OPEN_BRACKET:
        return this.#writeCompound(start, first === OPEN_BRACE)
      default:
        return this.#writeScalar(start, first)
    }
  }

  #writeCompound(start: number, isObject: boolean): number {
    this.#depth += 1
    this.#builder.open()
    const end = isObject
      ? scanObject(this.#bytes, start, this.#end, this.#writeAttribute, this.#depth)
      : scanArray(this.#bytes, start, this.#end, this.#writeItem, this.#depth)
    if (isObject) this.#builder.closeObject()
    else this.#builder.closeArray()
    this.#depth -= 1
    return end
  }

  #writeAttribute = (nameStart: number, _nameEnd: number, valueStart: number): number => {
    this.#builder.beginItem()
    this.#writeText(nameStart - 1)
    return this.#writeValue(valueStart)
  }

  #writeItem = (start: number): number => {
    this.#builder.beginItem()
    return this.#writeValue(start)
  }

  #writeText(start: number): number {
    const bytes = this.#bytes
    for (let offset = start + 1; offset < this.#end; offset += 1) {
      const byte = bytes[offset] as number
      if (byte === QUOTE) {
        this.#builder.addText(bytes, start + 1, offset)
        return offset + 1
      }
      if (byte < 0x20 || byte === BACKSLASH || byte >= 0x80) break
    }
    return this.#writeSpecialText(start)
  }

  /** Writes a text that has escapes or characters beyond ASCII, or is broken. */
  #writeSpecialText(start: number): number {
    const bytes = this.#bytes
    const end = skipValue(bytes, start, this.#end)
    const invalid = findInvalidUtf8(bytes, start + 1, end - 1)
    if (invalid >= 0) throw refused('the text is not UTF-8', invalid)
    if (!bytes.subarray(start, end).includes(BACKSLASH)) {
      this.#builder.addText(bytes, start + 1, end - 1)
      return end
    }
    const text = decodeText(bytes, start + 1, end - 1)
    if (LONE_SURROGATE.test(text)) throw refused('the text has half a surrogate pair', start)
    this.#builder.addString(text)
    return end
  }

  #writeScalar(start: number, first: number): number {
    const end = skipValue(this.#bytes, start, this.#end)
    const word = WORDS.get(first)
    if (word === undefined) this.#writeNumber(start, end)
    else this.#builder.addWord(word)
    return end
  }

  #writeNumber(start: number, end: number): void {
    const bytes = this.#bytes
    const isNegative = bytes[start] === MINUS
    const digitsStart = isNegative ? start + 1 : start
    let value = 0
    for (let offset = digitsStart; offset < end; offset += 1) {
      const digit = (bytes[offset] as number) - ZERO
      // A point or an exponent makes it a double, as do too many digits.
      if (digit < 0 || digit > 9 || offset - digitsStart >= U64_DIGITS_MAX) {
        this.#writeDouble(start, end)
        return
      }
      value = 10 * value + digit
    }
    if (end - digitsStart > EXACT_DIGITS_MAX) this.#writeLongInteger(start, end)
    else if (isNegative && value === 0)
      this.#builder.addDouble(-0) // no integer is minus zero
    else this.#builder.addInteger(isNegative ? -value : value)
  }

  #writeLongInteger(start: number, end: number): void {
    const value = BigInt(this.#bytes.toString('latin1', start, end))
    if (value >= I64_MIN && value <= U64_MAX) this.#builder.addInteger(value)
    else this.#writeDouble(start, end)
  }

  #writeDouble(start: number, end: number): void {
    const text = this.#bytes.toString('latin1', start, end)
    const value = Number(text)
    if (!Number.isFinite(value)) throw refused('the number is too large for a double', start)
    if (this.#onRounded !== undefined && isRounded(text, value)) this.#onRounded()
    this.#builder.addDouble(value)
  }
}

function isRounded(text: string, value: number): boolean {
  const written = String(value)
  return written !== text && canonicalNumber(written) !== canonicalNumber(text)
}

function refused(reason: string, offset: number): VelocyPackError {
  return new VelocyPackError(reason, offset, { action: 'write JSON as VelocyPack' })
}
