import { JsonSyntaxError, skipSpace } from '../wire/index.js'
import { RequestError } from './request-error.js'

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * Cuts the bytes of a JSON array into those of its values, which are found by brackets, quotes and
 * commas alone: whether a value is JSON is for its reader to see, and its bytes stay as they came.
 */
export class ArrayCutter {
  #phase: 'before' | 'values' | 'after' = 'before'
  /** Brackets that are open inside of the value. */
  #depth = 0
  #isText = false
  #isEscaped = false
  #valueCount = 0
  /** Bytes of the stream before the block. */
  #byteOffset: number
  /** The begin of a value whose end has not come yet. */
  #pending = Buffer.alloc(0)
  #pendingBytes = 0

  readonly #valueBytesMax: number

  /**
   * @param valueBytesMax - of the longest value, white space around it included
   * @param byteOffset - white space of the stream that came before and is not given
   */
  constructor(valueBytesMax: number, byteOffset = 0) {
    this.#valueBytesMax = valueBytesMax
    this.#byteOffset = byteOffset
  }

  /** Bytes that are held of the value whose end has not come yet. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  /**
   * Takes the next block, and gives the values that are now complete, with white space around them.
   *
   * @throws {@link JsonSyntaxError} where it is no array; its offset is that in the stream
   * @throws RequestError 413 when a value is too long
   */
  *cut(block: Buffer): Generator<Buffer, void, undefined> {
    let start = this.#phase === 'before' ? this.#findOpen(block) : 0
    while (this.#phase === 'values') {
      const end = this.#findEnd(block, start)
      this.#checkLength(end - start)
      if (end === block.length) break
      const isLast = block[end] === CLOSE_BRACKET
      const value = this.#take(block.subarray(start, end))
      start = end + 1
      if (isLast) this.#phase = 'after'
      if (isBlank(value)) {
        if (!isLast || this.#valueCount > 0) this.#fail('expected a value', end)
        continue
      }
      this.#valueCount += 1
      yield value
    }
    if (this.#phase === 'after') this.#expectBlank(block, start)
    else if (this.#phase === 'values') this.#keep(block.subarray(start))
    this.#byteOffset += block.length
  }

  /** @throws {@link JsonSyntaxError} when the array has not ended */
  finish(): void {
    if (this.#phase !== 'after') this.#fail('the array does not end', 0)
  }

  #findOpen(block: Buffer): number {
    const start = skipSpace(block, 0, block.length)
    if (start === block.length) return start
    if (block[start] !== OPEN_BRACKET) this.#fail('expected an array', start)
    this.#phase = 'values'
    return start + 1
  }

  /** The comma or bracket behind the value; the block's length where it is not in the block. */
  #findEnd(block: Buffer, start: number): number {
    for (let offset = start; offset < block.length; offset += 1) {
      if (this.#isText) offset = this.#skipText(block, offset)
      else if (this.#isEnd(block[offset] as number, offset)) return offset
    }
    return block.length
  }

  /** Tells whether a byte outside of texts stands behind the value. */
  #isEnd(byte: number, offset: number): boolean {
    switch (byte) {
      case QUOTE:
        this.#isText = true
        return false
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#depth += 1
        return false
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (this.#depth === 0) return this.#endOfArray(byte, offset)
        this.#depth -= 1
        return false
      default:
        return byte === COMMA && this.#depth === 0
    }
  }

  #endOfArray(byte: number, offset: number): boolean {
    if (byte !== CLOSE_BRACKET) this.#fail('expected a comma or a closing bracket', offset)
    return true
  }

  /** The offset of the quote that ends the text, or the block's length. */
  #skipText(block: Buffer, start: number): number {
    let isEscaped = this.#isEscaped
    let offset = start
    for (; offset < block.length; offset += 1) {
      const byte = block[offset]
      if (isEscaped) isEscaped = false
      else if (byte === BACKSLASH) isEscaped = true
      else if (byte === QUOTE) {
        this.#isText = false
        break
      }
    }
    this.#isEscaped = isEscaped
    return offset
  }

  #keep(rest: Buffer): void {
    const bytes = this.#pendingBytes + rest.length
    if (bytes > this.#pending.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#pending.length))
      this.#pending.copy(larger, 0, 0, this.#pendingBytes)
      this.#pending = larger
    }
    rest.copy(this.#pending, this.#pendingBytes)
    this.#pendingBytes = bytes
  }

  #take(rest: Buffer): Buffer {
    if (this.#pendingBytes === 0) return rest
    this.#keep(rest)
    const value = this.#pending.subarray(0, this.#pendingBytes)
    this.#pending = Buffer.alloc(0)
    this.#pendingBytes = 0
    return value
  }

  #checkLength(bytes: number): void {
    if (this.#pendingBytes + bytes <= this.#valueBytesMax) return
    const limit = `is over ${this.#valueBytesMax} bytes`
    throw new RequestError(413, 413, `a value of the request body ${limit}`)
  }

  #expectBlank(block: Buffer, start: number): void {
    const offset = skipSpace(block, start, block.length)
    if (offset < block.length) this.#fail('text after the end of the array', offset)
  }

  #fail(reason: string, offset: number): never {
    throw new JsonSyntaxError(reason, this.#byteOffset + offset)
  }
}

function isBlank(bytes: Buffer): boolean {
  return skipSpace(bytes, 0, bytes.length) === bytes.length
}
