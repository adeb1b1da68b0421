import { HEAD, PADDED_START, isObjectHead, lengthWidth } from './head.js'
import { readUint, readVarint, type Varint } from './little-endian.js'
import { sliceLength } from './slice-length.js'
import { VelocyPackError } from './velocypack-error.js'

const varint: Varint = { value: 0, width: 0 }

/**
 * Where the parts of one array or object lie, in offsets of its buffer. The fields tell of the
 * value read last, so that nothing is allocated; who goes into the items copies what is needed.
 */
export class CompoundLayout {
  isObject = false
  /** Items of an array, attributes of an object; at least 1. */
  count = 0
  /** The first item, or the name of the first attribute. */
  itemsStart = 0
  /** The offset after the last item; the index table, where there is one, begins here. */
  itemsEnd = 0
  /** Bytes of an entry of the index table, 0 without a table. */
  tableWidth = 0

  /**
   * Reads the header of the array or object between the offsets, of which `sliceLength` has told
   * the length. What the items say of themselves is not looked at.
   *
   * @throws {@link VelocyPackError} when the parts do not fit between the offsets
   */
  read(bytes: Uint8Array, start: number, end: number): void {
    const head = bytes[start] as number
    this.isObject = isObjectHead(head)
    if (head >= HEAD.compactArray) this.#readCompact(bytes, start, end)
    else if (head < HEAD.indexedArray) this.#readPlain(bytes, start, end)
    else this.#readIndexed(bytes, start, end)
  }

  #readCompact(bytes: Uint8Array, start: number, end: number): void {
    readVarint(bytes, start + 1, end, 1, varint)
    this.itemsStart = start + 1 + varint.width
    readVarint(bytes, end - 1, this.itemsStart, -1, varint)
    if (varint.width <= 0) throw new VelocyPackError('the number of items does not end', end - 1)
    this.#setItems(varint.value, end - varint.width, 0, start)
  }

  #readPlain(bytes: Uint8Array, start: number, end: number): void {
    this.itemsStart = skipPadding(bytes, start, end, 1 + lengthWidth(bytes[start] as number))
    const itemLength = sliceLength(bytes, this.itemsStart, end)
    const count = (end - this.itemsStart) / itemLength
    if (!Number.isInteger(count)) {
      throw new VelocyPackError('the items do not fill the array', this.itemsStart)
    }
    this.#setItems(count, end, 0, start)
  }

  #readIndexed(bytes: Uint8Array, start: number, end: number): void {
    const width = lengthWidth(bytes[start] as number)
    // With lengths of 8 bytes the number of items stands at the end.
    const isLong = width === 8
    const tableEnd = isLong ? end - width : end
    const countStart = isLong ? tableEnd : start + 1 + width
    if (countStart + width > end) {
      throw new VelocyPackError('the number of items is not there', start)
    }
    this.itemsStart = isLong ? start + PADDED_START : skipPadding(bytes, start, end, 1 + 2 * width)
    const count = readUint(bytes, countStart, width)
    const hasTable = !this.isObject || count !== 1 || !isFilled(bytes, this.itemsStart, tableEnd)
    const itemsEnd = hasTable ? tableEnd - count * width : tableEnd
    this.#setItems(count, itemsEnd, hasTable ? width : 0, start)
  }

  #setItems(count: number, itemsEnd: number, tableWidth: number, start: number): void {
    if (count < 1) throw new VelocyPackError('the number of items is 0', start)
    if (itemsEnd <= this.itemsStart) {
      throw new VelocyPackError('there is no room for the items', start)
    }
    this.count = count
    this.itemsEnd = itemsEnd
    this.tableWidth = tableWidth
  }
}

/**
 * Finds the first item after a header of `headerBytes`. Writers may leave a gap of zero bytes up to
 * the longest header, because they know the length only when they have written the items.
 */
function skipPadding(bytes: Uint8Array, start: number, end: number, headerBytes: number): number {
  const first = start + headerBytes
  if (first >= end || bytes[first] !== 0) return first
  for (let offset = first; offset < start + PADDED_START; offset += 1) {
    if (offset >= end || bytes[offset] !== 0) {
      throw new VelocyPackError('the gap before the items is of a wrong length', offset)
    }
  }
  return start + PADDED_START
}

/**
 * Tells whether one name and one value fill the place: an object of one attribute is written without
 * an index table by some writers and with one by others.
 */
function isFilled(bytes: Uint8Array, start: number, end: number): boolean {
  const valueStart = start + sliceLength(bytes, start, end)
  return valueStart < end && valueStart + sliceLength(bytes, valueStart, end) === end
}
