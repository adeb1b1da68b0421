import { scanObject, skipArray, skipValue } from './json-scanner.js'
import { canonicalNumber, isCanonicalInteger } from './canonical-number.js'
import { canonicalText, formatCanonicalText, hasEscape } from './canonical-text.js'

const QUOTE = 0x22
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const NULL_FIRST = 0x6e
const NULL = Buffer.from('null')
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
/** Bytes up to which a loop copies faster than `Buffer.copy` does. */
const SHORT_COPY_BYTES = 24

/**
 * Names of attributes that are left out, in their canonical text: `all` of an attribute, or some of
 * what is inside its object, or inside those of its array.
 */
export type LeftOutNames = ReadonlyMap<string, LeftOutNames | 'all'>

/** How {@link CanonicalWriter} writes. */
export interface CanonicalOptions {
  /** Default: `_rev` and `_id`. */
  readonly leftOut?: LeftOutNames | undefined
  /** Numbers of one value become one text: 1.0 is 1. Default: false, they stay as written. */
  readonly numbersByValue?: boolean | undefined
  /**
   * An attribute that is null is as good as none, and so are nulls at the end of an array: that is
   * how ArangoDB compares values. Default: false.
   */
  readonly nullIsAbsent?: boolean | undefined
}

/**
 * Makes the names for {@link CanonicalOptions.leftOut}.
 *
 * @param paths - names from the top down: `['address', 'city']`; empty ones leave nothing out
 */
export function leaveOut(paths: readonly (readonly string[])[]): LeftOutNames {
  const names = new Map<string, LeftOutNames | 'all'>()
  for (const [name, ...inside] of paths) {
    if (name === undefined) continue
    const same = paths.filter(([first]) => first === name).map(([, ...rest]) => rest)
    const isWhole = inside.length === 0 || same.some(({ length }) => length === 0)
    names.set(formatCanonicalText(name), isWhole ? 'all' : leaveOut(same))
  }
  return names
}

const DEFAULT_LEFT_OUT = leaveOut([['_rev'], ['_id']])

interface Attribute {
  /** The name as JSON text in one character a byte, so that order is the order of UTF-8 bytes. */
  readonly name: string
  readonly start: number
  readonly end: number
  /** What is left out inside. */
  readonly inside: LeftOutNames | undefined
}

/**
 * Writes documents in one canonical form, in which two documents are byte-equal if they say the
 * same: attributes sorted by the UTF-8 bytes of their names at every level, no white space, texts
 * with as few escapes as JSON allows, numbers as written, and no `_rev` and `_id` at the top.
 * Repeated attributes stay, in the order in which they came.
 */
export class CanonicalWriter {
  #out: Buffer = Buffer.allocUnsafe(4096)
  #length = 0
  readonly #leftOut: LeftOutNames
  readonly #numbersByValue: boolean
  readonly #nullIsAbsent: boolean

  constructor({
    leftOut = DEFAULT_LEFT_OUT,
    numbersByValue = false,
    nullIsAbsent = false,
  }: CanonicalOptions = {}) {
    this.#leftOut = leftOut
    this.#numbersByValue = numbersByValue
    this.#nullIsAbsent = nullIsAbsent
  }

  /**
   * @param bytes - holds one JSON object between the offsets
   * @returns the canonical bytes; valid until the next call
   * @throws JsonSyntaxError when there is no object
   */
  write(bytes: Buffer, start: number, end: number): Buffer {
    this.#length = 0
    this.#writeObject(bytes, start, end, this.#leftOut)
    return this.#out.subarray(0, this.#length)
  }

  /**
   * As {@link write}, of any value, from which nothing is left out.
   *
   * @param bytes - holds one JSON value between the offsets, without space around it
   */
  writeValue(bytes: Buffer, start: number, end: number): Buffer {
    this.#length = 0
    this.#writeValue(bytes, start, end)
    return this.#out.subarray(0, this.#length)
  }

  #writeObject(bytes: Buffer, start: number, end: number, leftOut?: LeftOutNames): void {
    const attributes: Attribute[] = []
    scanObject(bytes, start, end, (nameStart, nameEnd, valueStart) => {
      const valueEnd = skipValue(bytes, valueStart, end, 1)
      const name = canonicalText(bytes, nameStart, nameEnd)
      const inside = leftOut?.get(name)
      const isLeftOut = inside === 'all' || this.#isAbsent(bytes, valueStart)
      if (!isLeftOut) attributes.push({ name, start: valueStart, end: valueEnd, inside })
      return valueEnd
    })
    attributes.sort(byName)
    this.#writeByte(OPEN_BRACE)
    for (const [index, attribute] of attributes.entries()) {
      this.#writeLatin1(`${index === 0 ? '' : ','}"${attribute.name}":`)
      this.#writeValue(bytes, attribute.start, attribute.end, attribute.inside)
    }
    this.#writeLatin1('}')
  }

  #writeValue(bytes: Buffer, start: number, end: number, leftOut?: LeftOutNames): void {
    const first = bytes[start] as number
    if (first === OPEN_BRACE) this.#writeObject(bytes, start, end, leftOut)
    else if (first === OPEN_BRACKET) this.#writeArray(bytes, start, end, leftOut)
    else if (first === QUOTE && hasEscape(bytes, start, end)) {
      this.#writeLatin1(`"${canonicalText(bytes, start + 1, end - 1)}"`)
    } else if (this.#numbersByValue && isNumberStart(first)) this.#writeNumber(bytes, start, end)
    else this.#copy(bytes, start, end)
  }

  #writeNumber(bytes: Buffer, start: number, end: number): void {
    if (isCanonicalInteger(bytes, start, end)) this.#copy(bytes, start, end)
    else this.#writeLatin1(canonicalNumber(bytes.toString('latin1', start, end)))
  }

  #writeArray(bytes: Buffer, start: number, end: number, leftOut?: LeftOutNames): void {
    let separator = '['
    let pendingNulls = 0
    const writeItem = (item: Buffer, itemStart: number, itemEnd: number): void => {
      this.#writeLatin1(separator)
      this.#writeValue(item, itemStart, itemEnd, leftOut)
      separator = ','
    }
    skipArray(bytes, start, end, 1, (valueStart, valueEnd) => {
      if (this.#isAbsent(bytes, valueStart)) {
        pendingNulls += 1
        return
      }
      for (; pendingNulls > 0; pendingNulls -= 1) writeItem(NULL, 0, NULL.length)
      writeItem(bytes, valueStart, valueEnd)
    })
    this.#writeLatin1(separator === '[' ? '[]' : ']')
  }

  #isAbsent(bytes: Buffer, valueStart: number): boolean {
    return this.#nullIsAbsent && bytes[valueStart] === NULL_FIRST
  }

  #writeByte(byte: number): void {
    this.#reserve(1)
    this.#out[this.#length++] = byte
  }

  #writeLatin1(text: string): void {
    this.#reserve(text.length)
    this.#length += this.#out.write(text, this.#length, 'latin1')
  }

  #copy(bytes: Buffer, start: number, end: number): void {
    this.#reserve(end - start)
    if (end - start > SHORT_COPY_BYTES) {
      this.#length += bytes.copy(this.#out, this.#length, start, end)
      return
    }
    for (let offset = start; offset < end; offset += 1) {
      this.#out[this.#length++] = bytes[offset] as number
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#out.length) return
    const larger = Buffer.allocUnsafe(2 * (this.#length + more))
    this.#out.copy(larger, 0, 0, this.#length)
    this.#out = larger
  }
}

function byName(a: Attribute, b: Attribute): number {
  if (a.name === b.name) return 0
  return a.name < b.name ? -1 : 1
}

function isNumberStart(byte: number): boolean {
  return byte === MINUS || (byte >= ZERO && byte <= NINE)
}
