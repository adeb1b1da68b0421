import { ByteSink } from './byte-sink.js'
import { planArray, planObject, writeCompoundHead, type CompoundPlan } from './compound-plan.js'
import { HEAD, PADDED_START, SHORT_TEXT_BYTES_MAX } from './head.js'
import { uintWidth, writeUint } from './little-endian.js'
import { sortAttributes } from './sort-attributes.js'

const SMALL_MAX = 9
const SMALL_MIN = -6
/** Two's complement of this number and those above it is exact as a JS number. */
const EXACT_MIN = -(2 ** 47)

/**
 * Builds VelocyPack values one after the other, with the bytes that ArangoDB's Builder gives with its
 * default settings: the shortest integers, index tables only where they are needed, sorted ones in
 * objects, and compact objects of one attribute.
 *
 * An array or object is opened, then for each item {@link VelocyPackBuilder.beginItem} is called and
 * the item is added (an attribute is a name and a value), and it is closed.
 */
export class VelocyPackBuilder {
  readonly #sink = new ByteSink()
  /** Where the open arrays and objects begin, outer ones first. */
  readonly #starts: number[] = []
  /** For each of them, how many of {@link VelocyPackBuilder.#items} are items of outer ones. */
  readonly #firstItems: number[] = []
  /** Where the items of the open arrays and objects begin. */
  readonly #items: number[] = []

  /** Bytes that were built so far. */
  get length(): number {
    return this.#sink.length
  }

  /** Forgets what was built. */
  clear(): void {
    this.#sink.clear()
    this.#starts.length = 0
    this.#firstItems.length = 0
    this.#items.length = 0
  }

  /** The bytes of what was built, without a copy: valid until the next value is added. */
  built(): Buffer {
    return this.#sink.written()
  }

  /** Opens an array or an object. */
  open(): void {
    this.#starts.push(this.#sink.length)
    this.#firstItems.push(this.#items.length)
    // Room for the longest header: how long it is depends on the items.
    this.#sink.reserve(PADDED_START)
    this.#sink.length += PADDED_START
  }

  /** Says that the next value (for an object: the next name) begins an item. */
  beginItem(): void {
    this.#items.push(this.#sink.length)
  }

  /** Closes the array that was opened last. */
  closeArray(): void {
    this.#close(false)
  }

  /** Closes the object that was opened last. */
  closeObject(): void {
    this.#close(true)
  }

  /** Adds null, true or false. */
  addWord(word: boolean | null): void {
    this.#sink.writeByte(word === null ? HEAD.null : word ? HEAD.true : HEAD.false)
  }

  /** Adds a double as it is, even if it is whole. */
  addDouble(value: number): void {
    this.#sink.reserve(9)
    this.#sink.bytes[this.#sink.length] = HEAD.double
    this.#sink.bytes.writeDoubleLE(value, this.#sink.length + 1)
    this.#sink.length += 9
  }

  /**
   * Adds an integer in as few bytes as it needs.
   *
   * @param value - a whole number from -2^63 to 2^64 - 1
   */
  addInteger(value: number | bigint): void {
    if (value >= SMALL_MIN && value <= SMALL_MAX) {
      this.#sink.writeByte((value < 0 ? HEAD.shortText : HEAD.zero) + Number(value))
    } else if (value >= EXACT_MIN && value <= Number.MAX_SAFE_INTEGER) {
      this.#addNumber(Number(value))
    } else {
      this.#addBig(BigInt(value))
    }
  }

  /** Adds text. */
  addString(text: string): void {
    this.#addTextHead(Buffer.byteLength(text))
    this.#sink.length += this.#sink.bytes.write(text, this.#sink.length)
  }

  /** Adds the text whose UTF-8 bytes lie between the offsets. */
  addText(bytes: Buffer, start: number, end: number): void {
    this.#addTextHead(end - start)
    this.#sink.copy(bytes, start, end)
  }

  #close(isObject: boolean): void {
    const start = this.#starts.pop() as number
    const first = this.#firstItems.pop() as number
    const count = this.#items.length - first
    if (count === 0) {
      this.#sink.bytes[start] = isObject ? HEAD.emptyObject : HEAD.emptyArray
      this.#sink.length = start + 1
      return
    }
    const itemsBytes = this.#sink.length - start - PADDED_START
    const plan = isObject
      ? planObject(count, itemsBytes)
      : planArray(count, itemsBytes, this.#isUniform(first))
    this.#moveItems(plan, start)
    if (plan.tableWidth > 0) this.#writeTable(plan, start, first, isObject)
    // A compact object ends with the number of its attributes.
    if (plan.head === HEAD.compactObject) this.#sink.writeByte(1)
    writeCompoundHead(plan, this.#sink.bytes, start)
    this.#items.length = first
  }

  #isUniform(first: number): boolean {
    const items = this.#items
    let end = this.#sink.length
    const itemLength = end - (items.at(-1) as number)
    for (let index = items.length - 1; index >= first; index -= 1) {
      const start = items[index] as number
      if (end - start !== itemLength) return false
      end = start
    }
    return true
  }

  /** Closes the gap between the header and the items, as far as the plan has none. */
  #moveItems({ itemsStart }: CompoundPlan, start: number): void {
    if (itemsStart === PADDED_START) return
    this.#sink.bytes.copyWithin(start + itemsStart, start + PADDED_START, this.#sink.length)
    this.#sink.length -= PADDED_START - itemsStart
  }

  #writeTable(plan: CompoundPlan, start: number, first: number, isObject: boolean): void {
    const sink = this.#sink
    const items = this.#items
    const moved = PADDED_START - plan.itemsStart
    for (let index = first; index < items.length; index += 1) {
      items[index] = (items[index] as number) - moved
    }
    if (isObject) sortAttributes(sink.bytes, items, first)
    sink.reserve(plan.count * plan.tableWidth)
    for (let index = first; index < items.length; index += 1) {
      writeUint(sink.bytes, sink.length, plan.tableWidth, (items[index] as number) - start)
      sink.length += plan.tableWidth
    }
  }

  #addTextHead(byteLength: number): void {
    this.#sink.reserve(9 + byteLength)
    if (byteLength <= SHORT_TEXT_BYTES_MAX) {
      this.#sink.writeByte(HEAD.shortText + byteLength)
      return
    }
    this.#sink.writeByte(HEAD.longText)
    writeUint(this.#sink.bytes, this.#sink.length, 8, byteLength)
    this.#sink.length += 8
  }

  #addNumber(value: number): void {
    if (value >= 0) {
      this.#addBytes(HEAD.uint, uintWidth(value), value)
      return
    }
    // Of a signed integer one bit is the sign.
    const width = uintWidth(2 * -(value + 1))
    this.#addBytes(HEAD.int, width, value + 256 ** width)
  }

  #addBytes(head: number, width: number, value: number): void {
    this.#sink.reserve(9)
    this.#sink.bytes[this.#sink.length] = head + width
    writeUint(this.#sink.bytes, this.#sink.length + 1, width, value)
    this.#sink.length += 1 + width
  }

  /** Adds an integer of 7 or 8 bytes. */
  #addBig(value: bigint): void {
    const width = (value < 0n ? ~value << 1n : value) < 1n << 56n ? 7 : 8
    this.#sink.reserve(9)
    const { bytes, length } = this.#sink
    bytes[length] = (value < 0n ? HEAD.int : HEAD.uint) + width
    const high = BigInt.asUintN(8 * width - 32, value >> 32n)
    writeUint(bytes, length + 1, 4, Number(BigInt.asUintN(32, value)))
    writeUint(bytes, length + 5, width - 4, Number(high))
    this.#sink.length += 1 + width
  }
}
