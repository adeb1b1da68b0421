import { isUtf8 } from 'node:buffer'
import { LINE_BYTES_MAX } from '../../core/index.js'
import { JsonSyntaxError, skipSpace, skipValue } from '../../wire/index.js'
import { compactJson } from './compact-json.js'
import { FormatError } from './format-error.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const SPACE = 0x20
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/** How the items of an array are cut out. */
export interface JsonArrayOptions {
  /** The file or URL of the bytes, for errors. */
  readonly source?: string | undefined
  /** Longest item in bytes. Default: `LINE_BYTES_MAX`. */
  readonly itemBytesMax?: number | undefined
}

/**
 * What may come next: the bracket that opens the array, an item or the end, an item, the rest of one
 * that has begun, a comma or the end, nothing.
 */
type Expected = 'array' | 'first' | 'item' | 'rest' | 'comma' | 'nothing'

/**
 * Cuts an array of any size into its items, which stay the bytes that came: no number is read. Of the
 * array no more is held than the item that is not complete yet.
 */
export class JsonArrayCutter {
  readonly #source: string | undefined
  readonly #itemBytesMax: number
  #expected: Expected = 'array'
  #itemNumber = 1
  /** Bytes of a mark at the beginning that were seen. */
  #markBytes = 0
  #depth = 0
  #isText = false
  #isEscaped = false
  #pieces: Buffer[] = []
  #pieceBytes = 0

  constructor({ source, itemBytesMax = LINE_BYTES_MAX }: JsonArrayOptions = {}) {
    if (!Number.isSafeInteger(itemBytesMax) || itemBytesMax < 1) {
      throw new RangeError('Cannot read a JSON array: itemBytesMax must be a positive integer')
    }
    this.#source = source
    this.#itemBytesMax = itemBytesMax
  }

  /** 1-based number of the item that comes next. */
  get itemNumber(): number {
    return this.#itemNumber
  }

  /**
   * Takes the next block and gives the items that are now complete, each without line ends.
   *
   * @throws {@link FormatError} where the text is no JSON array
   */
  *cut(bytes: Buffer): Generator<Buffer> {
    let offset = this.#markBytes < BYTE_ORDER_MARK.length ? this.#skipMark(bytes) : 0
    while (offset < bytes.length) {
      if (!this.#isInItem()) offset = this.#pass(bytes, offset)
      if (!this.#isInItem() || offset >= bytes.length) continue
      const end = this.#findEnd(bytes, offset)
      this.#keep(bytes.subarray(offset, end))
      offset = end
      if (!this.#isInItem()) yield this.#takeItem()
    }
  }

  /**
   * To be called after the last block.
   *
   * @throws {@link FormatError} when the array is not complete
   */
  finish(): void {
    if (this.#expected === 'array') this.#fail('expected an array, but the text ends')
    if (this.#expected !== 'nothing') this.#fail('the text ends inside the array')
  }

  #isInItem(): boolean {
    return this.#expected === 'rest'
  }

  /** Passes over a byte order mark, which some editors put before what they save. */
  #skipMark(bytes: Buffer): number {
    let offset = 0
    while (offset < bytes.length && bytes[offset] === BYTE_ORDER_MARK[this.#markBytes]) {
      offset += 1
      this.#markBytes += 1
    }
    if (offset === bytes.length) return offset
    const isHalf = this.#markBytes > 0 && this.#markBytes < BYTE_ORDER_MARK.length
    if (isHalf) this.#fail('it is not UTF-8')
    this.#markBytes = BYTE_ORDER_MARK.length
    return offset
  }

  /** Passes over what stands between items; gives where an item begins, or the end of the block. */
  #pass(bytes: Buffer, start: number): number {
    const offset = skipSpace(bytes, start, bytes.length)
    if (offset === bytes.length) return offset
    const byte = bytes[offset] as number
    switch (this.#expected) {
      case 'array':
        if (byte !== OPEN_BRACKET) this.#fail('expected an array')
        this.#expected = 'first'
        return offset + 1
      case 'comma':
        if (byte !== COMMA && byte !== CLOSE_BRACKET) this.#fail('expected a comma or a bracket')
        this.#expected = byte === COMMA ? 'item' : 'nothing'
        return offset + 1
      case 'nothing':
        return this.#fail('text after the end of the array')
      default:
        return this.#begin(byte, offset)
    }
  }

  #begin(byte: number, offset: number): number {
    if (byte === CLOSE_BRACKET && this.#expected === 'first') {
      this.#expected = 'nothing'
      return offset + 1
    }
    if (byte === CLOSE_BRACKET || byte === COMMA) this.#fail('expected a value')
    this.#expected = 'rest'
    return offset
  }

  /** Where the item ends that begins or goes on here; the end of the block if it goes on. */
  #findEnd(bytes: Buffer, start: number): number {
    let offset = start
    while (offset < bytes.length) {
      if (this.#isText) {
        offset = this.#passText(bytes, offset)
        continue
      }
      const byte = bytes[offset] as number
      if (this.#depth === 0 && isBehindScalar(byte)) return this.#end(offset)
      offset += 1
      this.#isText = byte === QUOTE
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth += 1
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.#depth -= 1
        if (this.#depth <= 0) return this.#end(offset)
      }
    }
    return offset
  }

  #end(offset: number): number {
    this.#depth = 0
    this.#expected = 'comma'
    return offset
  }

  #passText(bytes: Buffer, start: number): number {
    for (let offset = start; offset < bytes.length; offset += 1) {
      const byte = bytes[offset]
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === BACKSLASH) this.#isEscaped = true
      else if (byte === QUOTE) {
        this.#isText = false
        return offset + 1
      }
    }
    return bytes.length
  }

  #keep(piece: Buffer): void {
    this.#pieceBytes += piece.length
    if (this.#pieceBytes > this.#itemBytesMax) {
      this.#fail(`it is longer than ${this.#itemBytesMax} bytes`)
    }
    this.#pieces.push(piece)
  }

  #takeItem(): Buffer {
    const [only] = this.#pieces
    const item =
      this.#pieces.length === 1 ? (only as Buffer) : Buffer.concat(this.#pieces, this.#pieceBytes)
    this.#pieces = []
    this.#pieceBytes = 0
    this.#assertJson(item)
    this.#itemNumber += 1
    return compactJson(item)
  }

  /** The cutter looks at brackets and quotes alone; this looks at all. */
  #assertJson(item: Buffer): void {
    if (!isUtf8(item)) this.#fail('it is not UTF-8')
    try {
      const end = skipValue(item, 0, item.length)
      if (end < item.length) throw new JsonSyntaxError('text after the end of the value', end)
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error
      this.#fail(`${error.reason} (byte ${error.offset} of the item)`, error)
    }
  }

  #fail(reason: string, cause?: unknown): never {
    const place = { unit: 'item', number: this.#itemNumber, source: this.#source } as const
    throw new FormatError('read a JSON array', place, reason, { cause })
  }
}

/** Tells whether a number or word that stands in the array itself is over. */
function isBehindScalar(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACKET || byte <= SPACE
}
