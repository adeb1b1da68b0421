import { JSON_DEPTH_MAX } from '../../core/index.js'
import { isTranslated, translatedName } from './attribute-names.js'
import { CompoundLayout } from './compound-layout.js'
import { HEAD, isCompound } from './head.js'
import { readUint } from './little-endian.js'
import { sliceLength, textStart } from './slice-length.js'
import { findInvalidUtf8 } from './utf8.js'
import { VelocyPackError } from './velocypack-error.js'

/**
 * Tells of an item of an array, by its length, that it is valid; 0 leaves it to the validator. What is
 * told must not lead behind `end`.
 */
export type KnownItem = (bytes: Uint8Array, start: number, end: number) => number

/**
 * Goes through a whole value once, in time linear to its bytes, and refuses what does not keep to
 * the format: lengths that lead out of the value around them, index tables that do not lead to the
 * items, texts that are not UTF-8, attribute names of no text, and too deep nesting. What has passed
 * can be read without any further check.
 */
export class SliceValidator {
  readonly #depthMax: number
  readonly #knownItem: KnownItem | undefined
  readonly #layout = new CompoundLayout()
  #bytes: Uint8Array = new Uint8Array()
  /** Offsets of the attributes of the objects that are being gone through, outer ones first. */
  readonly #attributes: number[] = []

  /**
   * @param depthMax - the deepest nesting of arrays and objects that is let through
   * @param knownItem - spares items that many arrays have from being gone through
   */
  constructor(depthMax: number = JSON_DEPTH_MAX, knownItem?: KnownItem) {
    this.#depthMax = depthMax
    this.#knownItem = knownItem
  }

  /**
   * Validates the value that begins at `start`; it may end before `end`.
   *
   * @returns the offset after its last byte
   * @throws {@link VelocyPackError} with the offset in `bytes` at which something is wrong
   */
  validate(bytes: Uint8Array, start: number, end: number): number {
    this.#bytes = bytes
    this.#attributes.length = 0
    return this.#validateValue(start, end, this.#depthMax)
  }

  #validateValue(start: number, end: number, levels: number): number {
    const length = this.#checkLength(start, end)
    const head = this.#bytes[start] as number
    if (head >= HEAD.shortText && head <= HEAD.longText) this.#checkText(start, start + length)
    else if (isCompound(head)) this.#validateCompound(start, start + length, levels)
    else if (head === HEAD.emptyArray || head === HEAD.emptyObject) this.#checkDepth(start, levels)
    return start + length
  }

  #checkLength(start: number, end: number): number {
    const length = sliceLength(this.#bytes, start, end)
    if (length === 0) throw new VelocyPackError('the bytes end where a value should be', start)
    if (start + length > end) {
      throw new VelocyPackError('the value is longer than the place where it lies', start)
    }
    return length
  }

  #checkText(start: number, end: number): void {
    const invalid = findInvalidUtf8(this.#bytes, textStart(this.#bytes, start), end)
    if (invalid >= 0) throw new VelocyPackError('the text is not UTF-8', invalid)
  }

  #validateCompound(start: number, end: number, levels: number): void {
    this.#checkDepth(start, levels)
    this.#layout.read(this.#bytes, start, end)
    const { itemsEnd, tableWidth } = this.#layout
    const itemsStop = this.#layout.isObject
      ? this.#validateAttributes(start, levels - 1)
      : this.#validateItems(start, levels - 1)
    if (itemsStop !== itemsEnd) {
      const reason = `the items end ${tableWidth > 0 ? 'before the index table' : 'too early'}`
      throw new VelocyPackError(reason, itemsStop)
    }
  }

  /** Empty arrays and objects are a level too: the JSON text of the value has as many. */
  #checkDepth(start: number, levels: number): void {
    if (levels > 0) return
    throw new VelocyPackError(`nested deeper than ${this.#depthMax} levels`, start)
  }

  #validateItems(start: number, levels: number): number {
    const { count, itemsStart, itemsEnd, tableWidth } = this.#layout
    const isPlain = (this.#bytes[start] as number) < HEAD.indexedArray
    const itemLength = (itemsEnd - itemsStart) / count
    let offset = itemsStart
    for (let index = 0; index < count; index += 1) {
      if (tableWidth > 0)
        this.#checkEntry(itemsEnd + index * tableWidth, tableWidth, offset - start)
      const known = this.#knownItem?.(this.#bytes, offset, itemsEnd) ?? 0
      const next = known > 0 ? offset + known : this.#validateValue(offset, itemsEnd, levels)
      if (isPlain && next - offset !== itemLength) {
        throw new VelocyPackError('the items of the array are not of one length', offset)
      }
      offset = next
    }
    return offset
  }

  #checkEntry(entry: number, width: number, expected: number): void {
    if (readUint(this.#bytes, entry, width) !== expected) {
      throw new VelocyPackError('the index table does not lead to the item', entry)
    }
  }

  #validateAttributes(start: number, levels: number): number {
    const { count, itemsStart, itemsEnd, tableWidth } = this.#layout
    const first = this.#attributes.length
    let offset = itemsStart
    for (let index = 0; index < count; index += 1) {
      this.#attributes.push(offset - start)
      offset = this.#validateName(offset, itemsEnd)
      offset = this.#validateValue(offset, itemsEnd, levels)
    }
    for (let index = 0; tableWidth > 0 && index < count; index += 1) {
      this.#checkAttributeEntry(itemsEnd + index * tableWidth, tableWidth, first)
    }
    this.#attributes.length = first
    return offset
  }

  #validateName(start: number, end: number): number {
    const length = this.#checkLength(start, end)
    const head = this.#bytes[start] as number
    if (head >= HEAD.shortText && head <= HEAD.longText) this.#checkText(start, start + length)
    else if (!isTranslated(head) || translatedName(this.#bytes, start) === undefined) {
      throw new VelocyPackError(
        'the name of an attribute is neither text nor a known number',
        start,
      )
    }
    return start + length
  }

  /** The table is in the order of the names: each entry must be one attribute, none twice. */
  #checkAttributeEntry(entry: number, width: number, first: number): void {
    const attributes = this.#attributes
    const offset = readUint(this.#bytes, entry, width)
    let low = first
    let high = attributes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      // An attribute that was found before is marked by its sign.
      if (Math.abs(attributes[middle] as number) < offset) low = middle + 1
      else high = middle
    }
    if (attributes[low] !== offset) {
      throw new VelocyPackError('the index table does not lead to each attribute', entry)
    }
    attributes[low] = -offset
  }
}
