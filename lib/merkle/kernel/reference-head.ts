import { decodeRevisionLanes, type Lanes } from '../../values/index.js'

const SPACE = 0x20
const TAB = 0x09
const RETURN = 0x0d
const QUOTE = 0x22
const COMMA = 0x2c
const ZERO = 0x30
const NINE = 0x39
const UNDERSCORE = 0x5f
const BACKSLASH = 0x5c
const CLOSE_BRACE = 0x7d
const REVISION_BYTES_MAX = 11
/** Any number of so many digits fits in 64 bits; ticks with one more go the slow way. */
const TICK_DIGITS_MAX = 19
const ALL_ONES = 0xffffffff
/** What a head must have, as bits. */
const KEY_FOUND = 1
const REVISION_FOUND = 2
const BOTH_FOUND = 3

const text = (characters: string): Buffer => Buffer.from(characters)
const OPEN = text('{')
const DATA = text('"data":{')
const TICK = text('"tick":"')
const DOCUMENT_TYPE = text('"type":2300')
const EDGE_TYPE = text('"type":2301')
const OUTER_KEY = text('"key":"')
const OUTER_REVISION = text('"rev":"')
const KEY = text('"_key":"')
const REVISION = text('"_rev":"')
const ID = text('"_id":"')
const FROM = text('"_from":"')
const TO = text('"_to":"')
const NEXT = text(',')

/**
 * The beginning of a dump line as dumps usually have it, read without a JSON parser: see
 * `TreeWorkspace.scanLines` for what is accepted. The kernel in WebAssembly takes the same steps.
 *
 * There is no check against the end of the line: it is a newline, which fits nowhere in a head.
 */
export class LineHead implements Lanes {
  /** The revision of the line that was accepted. */
  high = 0
  /** Its lower half. */
  low = 0
  #bytes: Uint8Array
  #offset = 0
  #isEnveloped = false
  #hasType = false
  #found = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Tells whether the line between the offsets is one of the usual, and then has its revision. */
  read(start: number, newline: number): boolean {
    this.#offset = start
    if (!this.#take(OPEN)) return false
    this.#isEnveloped = this.#bytes[start + 2] !== UNDERSCORE
    if (this.#isEnveloped && !this.#skipEnvelope()) return false
    return this.#readDocument() && this.#endsWell(newline)
  }

  /** The type has to come before the data: one that comes after may make a removal of it. */
  #skipEnvelope(): boolean {
    this.#hasType = false
    while (!this.#take(DATA)) {
      if (!this.#skipEnvelopeAttribute() || !this.#take(NEXT)) return false
    }
    return this.#hasType
  }

  #skipEnvelopeAttribute(): boolean {
    if (this.#take(TICK)) return this.#skipTick()
    if (this.#take(DOCUMENT_TYPE) || this.#take(EDGE_TYPE)) {
      this.#hasType = true
      return true
    }
    return (this.#take(OUTER_KEY) || this.#take(OUTER_REVISION)) && this.#skipText() >= 0
  }

  #readDocument(): boolean {
    this.#found = 0
    while (this.#readAttribute()) {
      if (this.#found === BOTH_FOUND) return true
      if (!this.#take(NEXT)) return false
    }
    return false
  }

  #readAttribute(): boolean {
    if (this.#take(KEY)) {
      this.#found |= KEY_FOUND
      return this.#skipText() > 0
    }
    if (this.#take(REVISION)) {
      // Of a repeated attribute the first counts; which one comes first is for the slow way.
      if ((this.#found & REVISION_FOUND) !== 0) return false
      this.#found |= REVISION_FOUND
      return this.#readRevision()
    }
    return this.#skipReference()
  }

  #skipReference(): boolean {
    return (this.#take(ID) || this.#take(FROM) || this.#take(TO)) && this.#skipText() >= 0
  }

  #take(expected: Uint8Array): boolean {
    for (let index = 0; index < expected.length; index += 1) {
      if (this.#bytes[this.#offset + index] !== expected[index]) return false
    }
    this.#offset += expected.length
    return true
  }

  /** Goes behind the closing quote; returns the length of the text, or -1 when it is not plain. */
  #skipText(): number {
    const start = this.#offset
    for (let offset = start; ; offset += 1) {
      const byte = this.#bytes[offset]
      if (byte === QUOTE) {
        this.#offset = offset + 1
        return offset - start
      }
      if (byte === undefined || byte < SPACE || byte === BACKSLASH) return -1
    }
  }

  #skipTick(): boolean {
    const start = this.#offset
    const digits = this.#skipText()
    if (digits < 1 || digits > TICK_DIGITS_MAX) return false
    for (let offset = start; offset < start + digits; offset += 1) {
      const byte = this.#bytes[offset] as number
      if (byte < ZERO || byte > NINE) return false
    }
    return true
  }

  /** Decimals are for the slow way, and so is what no document can have. */
  #readRevision(): boolean {
    const start = this.#offset
    const length = this.#skipText()
    if (length < 0 || length > REVISION_BYTES_MAX) return false
    const first = this.#bytes[start] as number
    if (first >= ZERO && first <= NINE) return false
    if (!decodeRevisionLanes(this.#bytes, start, start + length, this)) return false
    if (this.high === 0 && this.low === 0) return false
    return this.high !== ALL_ONES || this.low !== ALL_ONES
  }

  /** Tells whether the line ends with the braces of its form, the head's own or later ones. */
  #endsWell(newline: number): boolean {
    const bytes = this.#bytes
    let last = newline - 1
    while (isBlank(bytes[last] as number)) last -= 1
    const close = this.#isEnveloped ? last - 1 : last
    if (bytes[last] !== CLOSE_BRACE || bytes[close] !== CLOSE_BRACE) return false
    const next = bytes[this.#offset]
    return next === COMMA || (next === CLOSE_BRACE && close === this.#offset)
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN
}
