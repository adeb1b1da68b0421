import { HEAD, PADDED_START, lengthWidth, typeOfHead } from './head.js'
import { readUint, readVarint, type Varint } from './little-endian.js'
import { sliceLength } from './slice-length.js'
import { SliceSplitter } from './slice-splitter.js'
import { VelocyPackError } from './velocypack-error.js'

/** Head, length and number of items, and the first byte of an item: enough to know where items begin. */
const BEGIN_BYTES = 1 + 2 * 4 + 1
/** A compact array ends with the number of its items, which nobody knows the width of before. */
const COUNT_BYTES_MAX = 8

const varint: Varint = { value: 0, width: 0 }

/**
 * Cuts one array of a stream into its items while it comes: items are only measured, what reads them
 * validates them. The index table behind them is passed over. The layout with lengths of 8 bytes,
 * which tells the number of items at its end alone and is for arrays of more than 4 GiB, is refused.
 */
export class ArraySplitter {
  readonly #items = new SliceSplitter(Number.MAX_SAFE_INTEGER)
  /** The begin of the array while it is too short to tell, later the end of a compact one. */
  #held: Buffer = Buffer.alloc(0)
  /** Bytes that came so far. */
  #position = 0
  #itemCount = 0
  /** Undefined until the begin is there. */
  #layout: ArrayLayout | undefined

  /** Bytes that are held of an item whose end has not come yet. */
  get pendingBytes(): number {
    return this.#items.pendingBytes
  }

  /**
   * Takes the next piece of the stream, cut anywhere, and gives the items that are whole with it. An
   * item that lies within the piece is a view of it.
   *
   * @throws {@link VelocyPackError} with an offset in the stream when it is no array, or ends where
   *   there are more bytes
   */
  *split(piece: Buffer): Generator<Buffer, void, undefined> {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    this.#position += piece.length
    const start = this.#position - bytes.length
    this.#held = Buffer.alloc(0)
    if (this.#layout === undefined) {
      this.#layout = readLayout(bytes, false)
      if (this.#layout === undefined) {
        this.#held = Buffer.from(bytes)
        return
      }
    }
    yield* this.#splitItems(this.#layout, bytes, start)
  }

  /** Gives what is left; to be called once, after the last piece. */
  *finish(): Generator<Buffer, void, undefined> {
    if (this.#layout === undefined) {
      this.#layout = readLayout(this.#held, true)
      if (this.#layout === undefined) throw endsTooEarly(this.#position)
      yield* this.#splitItems(this.#layout, this.#held, 0)
    }
    const { end, itemCount, isCompact } = this.#layout
    if (this.#position < end) throw endsTooEarly(this.#position)
    const expected = isCompact ? yield* this.#finishCompact() : itemCount
    this.#items.finish()
    if (expected === undefined || expected === this.#itemCount) return
    const counts = `it says ${expected} items and has ${this.#itemCount}`
    throw new VelocyPackError(counts, end)
  }

  /** @param start - offset in the stream of the first of the bytes */
  *#splitItems(
    { itemsStart, itemsEnd, end, isCompact }: ArrayLayout,
    bytes: Buffer,
    start: number,
  ): Generator<Buffer, void, undefined> {
    const from = Math.min(Math.max(itemsStart - start, 0), bytes.length)
    const to = Math.min(Math.max(itemsEnd - start, from), bytes.length)
    if (isCompact) this.#held = Buffer.from(bytes.subarray(to))
    yield* this.#splitBytes(bytes.subarray(from, to))
    if (this.#position <= end) return
    throw new VelocyPackError('bytes after the end of the array', end)
  }

  *#splitBytes(bytes: Buffer): Generator<Buffer, void, undefined> {
    for (const item of this.#items.split(bytes)) {
      this.#itemCount += 1
      yield item
    }
  }

  /** Reads the number of items, and splits what stands before it. */
  *#finishCompact(): Generator<Buffer, number, undefined> {
    const rest = this.#held
    readVarint(rest, rest.length - 1, -1, -1, varint)
    const { value, width } = varint
    if (width <= 0) throw new VelocyPackError('the number of items does not end', this.#position)
    yield* this.#splitBytes(rest.subarray(0, rest.length - width))
    return value
  }
}

/** Where the parts of an array lie, in offsets from its begin. */
interface ArrayLayout {
  readonly itemsStart: number
  /** The offset up to which there is nothing but items. */
  readonly itemsEnd: number
  readonly end: number
  /** Undefined where the array does not tell it. */
  readonly itemCount: number | undefined
  readonly isCompact: boolean
}

/**
 * @param isWhole - whether no more bytes come
 * @returns undefined when the bytes are too few to tell
 */
function readLayout(bytes: Buffer, isWhole: boolean): ArrayLayout | undefined {
  if (bytes.length === 0) return undefined
  const head = bytes[0] as number
  if (typeOfHead(head) !== 'array') throw new VelocyPackError('it is no array', 0)
  if (head === HEAD.emptyArray) {
    return { itemsStart: 1, itemsEnd: 1, end: 1, itemCount: 0, isCompact: false }
  }
  if (bytes.length < BEGIN_BYTES && !isWhole) return undefined
  const end = sliceLength(bytes, 0, bytes.length)
  if (end === 0) return undefined
  if (head === HEAD.compactArray) return compactLayout(bytes, end)
  const width = lengthWidth(head)
  return head < HEAD.indexedArray
    ? plainLayout(bytes, end, width)
    : indexedLayout(bytes, end, width)
}

function plainLayout(bytes: Buffer, end: number, width: number): ArrayLayout {
  const itemsStart = afterPadding(bytes, 1 + width)
  assertRoom(itemsStart, end)
  return { itemsStart, itemsEnd: end, end, itemCount: undefined, isCompact: false }
}

function indexedLayout(bytes: Buffer, end: number, width: number): ArrayLayout | undefined {
  if (width === 8) throw new VelocyPackError('lengths of 8 bytes are for arrays over 4 GiB', 0)
  if (bytes.length < 1 + 2 * width) return undefined
  const itemCount = readUint(bytes, 1 + width, width)
  const itemsStart = afterPadding(bytes, 1 + 2 * width)
  const itemsEnd = end - itemCount * width
  assertRoom(itemsStart, itemsEnd)
  return { itemsStart, itemsEnd, end, itemCount, isCompact: false }
}

function compactLayout(bytes: Buffer, end: number): ArrayLayout | undefined {
  readVarint(bytes, 1, bytes.length, 1, varint)
  const itemsStart = 1 + varint.width
  const itemsEnd = Math.max(end - COUNT_BYTES_MAX, itemsStart)
  return { itemsStart, itemsEnd, end, itemCount: undefined, isCompact: true }
}

/** Zero bytes between the header and the items: no value begins with one. */
function afterPadding(bytes: Buffer, headerBytes: number): number {
  return bytes[headerBytes] === 0 ? PADDED_START : headerBytes
}

function assertRoom(itemsStart: number, itemsEnd: number): void {
  if (itemsEnd <= itemsStart) throw new VelocyPackError('there is no room for the items', 0)
}

function endsTooEarly(offset: number): VelocyPackError {
  return new VelocyPackError('the array does not end', offset)
}
