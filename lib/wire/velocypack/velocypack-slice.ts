import { JSON_DEPTH_MAX } from '../../core/index.js'
import { CompoundLayout } from './compound-layout.js'
import { HEAD, isCompound, typeOfHead, type SliceType } from './head.js'
import { knownLength } from './slice-length.js'
import { SliceValidator, type KnownItem } from './slice-validator.js'
import {
  findAttribute,
  readBinary,
  readDate,
  readInteger,
  readName,
  readText,
} from './slice-values.js'
import { VelocyPackError } from './velocypack-error.js'

/** What limits the reading of a value. */
export interface ParseVelocyPackOptions {
  /** Deepest nesting of arrays and objects; 200 unless given. */
  readonly depthMax?: number | undefined
  /** Spares items that an array has many of from being gone through. */
  readonly knownItem?: KnownItem | undefined
}

/**
 * Reads one VelocyPack value. All of it is validated here, so that a slice of it gives an error only
 * when it is asked for what it is not.
 *
 * @param bytes - hold the value, from the first byte to the last; they must not change afterwards
 * @throws {@link VelocyPackError} with the offset at which the bytes break the format
 */
export function parseVelocyPack(
  bytes: Uint8Array,
  options: ParseVelocyPackOptions = {},
): VelocyPackSlice {
  const depthMax = options.depthMax ?? JSON_DEPTH_MAX
  const end = new SliceValidator(depthMax, options.knownItem).validate(bytes, 0, bytes.length)
  if (end < bytes.length) throw new VelocyPackError('bytes after the end of the value', end)
  return new VelocyPackSlice(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 0)
}

const layout = new CompoundLayout()

/** One value within validated bytes: it reads from them when it is asked, and holds nothing else. */
export class VelocyPackSlice {
  /** The bytes in which the value lies, to read. */
  readonly source: Buffer
  /** Offset of the value's first byte in them. */
  readonly start: number

  /**
   * Slices come from {@link parseVelocyPack} and from other slices.
   *
   * @param source - validated around the value
   */
  constructor(source: Buffer, start: number) {
    this.source = source
    this.start = start
  }

  /** What the value is. */
  get type(): SliceType {
    return typeOfHead(this.source[this.start] as number) as SliceType
  }

  /** The bytes of the value alone, without a copy. */
  get bytes(): Buffer {
    return this.source.subarray(this.start, this.start + knownLength(this.source, this.start))
  }

  /**
   * How many items an array has, or attributes an object.
   *
   * @throws {@link VelocyPackError} when it is neither
   */
  get count(): number {
    if (this.type !== 'object') this.#expect('array')
    return this.#readLayout() ? layout.count : 0
  }

  /**
   * The value of an attribute of an object, undefined when there is none. All attributes before it
   * are gone through. Of a repeated one the first counts.
   *
   * @throws {@link VelocyPackError} when the value is no object
   */
  get(name: string): VelocyPackSlice | undefined {
    this.#expect('object')
    const start = findAttribute(this.source, this.start, name)
    return start < 0 ? undefined : new VelocyPackSlice(this.source, start)
  }

  /**
   * The items of an array, in order.
   *
   * @throws {@link VelocyPackError} when the value is no array
   */
  *items(): Generator<VelocyPackSlice, void, undefined> {
    this.#expect('array')
    if (!this.#readLayout()) return
    const { itemsStart, itemsEnd } = layout
    for (let offset = itemsStart; offset < itemsEnd; offset += knownLength(this.source, offset)) {
      yield new VelocyPackSlice(this.source, offset)
    }
  }

  /**
   * Where the items of an array lie, one after the other: the first offset and the one after the
   * last. For readers that know the items' bytes.
   *
   * @throws {@link VelocyPackError} when the value is no array
   */
  itemBounds(): readonly [start: number, end: number] {
    this.#expect('array')
    return this.#readLayout() ? [layout.itemsStart, layout.itemsEnd] : [0, 0]
  }

  /**
   * The attributes of an object, in the order in which they are stored.
   *
   * @throws {@link VelocyPackError} when the value is no object
   */
  *attributes(): Generator<readonly [name: string, value: VelocyPackSlice], void, undefined> {
    this.#expect('object')
    if (!this.#readLayout()) return
    const { itemsStart, itemsEnd } = layout
    let offset = itemsStart
    while (offset < itemsEnd) {
      const valueStart = offset + knownLength(this.source, offset)
      yield [readName(this.source, offset), new VelocyPackSlice(this.source, valueStart)]
      offset = valueStart + knownLength(this.source, valueStart)
    }
  }

  /** @throws {@link VelocyPackError} when the value is neither true nor false */
  toBoolean(): boolean {
    this.#expect('boolean')
    return this.source[this.start] === HEAD.true
  }

  /**
   * The exact value of an integer, from -2^63 to 2^64 - 1.
   *
   * @throws {@link VelocyPackError} when the value is no integer; a double is none, even a whole one
   */
  toBigInt(): bigint {
    this.#expect('integer')
    return BigInt(readInteger(this.source, this.start))
  }

  /**
   * The value of a double, or of an integer that a number holds exactly.
   *
   * @throws {@link VelocyPackError} when the value is neither
   */
  toNumber(): number {
    if (this.type === 'double') return this.source.readDoubleLE(this.start + 1)
    this.#expect('integer')
    const value = Number(readInteger(this.source, this.start))
    if (Number.isSafeInteger(value)) return value
    throw new VelocyPackError('no number holds the integer exactly', this.start)
  }

  /** @throws {@link VelocyPackError} when the value is no text */
  toText(): string {
    this.#expect('text')
    return readText(this.source, this.start)
  }

  /**
   * Milliseconds since the beginning of 1970 (UTC).
   *
   * @throws {@link VelocyPackError} when the value is no date
   */
  toMilliseconds(): bigint {
    this.#expect('date')
    return readDate(this.source, this.start)
  }

  /**
   * The bytes of binary data, without a copy.
   *
   * @throws {@link VelocyPackError} when the value is no binary data
   */
  toBinary(): Buffer {
    this.#expect('binary')
    return readBinary(this.source, this.start)
  }

  #expect(type: SliceType): void {
    if (this.type === type) return
    throw new VelocyPackError(`expected type ${type}, not ${this.type}`, this.start)
  }

  /** Reads the header into `layout`; false when the array or object is empty. */
  #readLayout(): boolean {
    if (!isCompound(this.source[this.start] as number)) return false
    layout.read(this.source, this.start, this.start + knownLength(this.source, this.start))
    return true
  }
}
