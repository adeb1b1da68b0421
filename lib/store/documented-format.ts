import { joinLanes } from '../values/index.js'
import { DumpLineScanner, type DOCUMENT_TYPE, type EDGE_TYPE } from '../wire/index.js'
import { writeEnd, type LineFormat } from './line-format.js'
import {
  belowBillionOf,
  billionsOf,
  NINE_DIGITS,
  REVISION_TEXT_BYTES,
  writeNineDigits,
  writeRevisionText,
} from './u64-text.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const END_BYTES = 2
const KEY_FIRST = Buffer.from('{"_key":"')
const TICK_START = '{"tick":"'
const REV_START = '","rev":"'

/**
 * `{"tick":…,"type":…,"key":…,"rev":…,"data":…}`, the form of the seeds. The texts around the key
 * stand ready; from line to line only digits change in them.
 */
export class DocumentedFormat implements LineFormat {
  readonly #type: typeof DOCUMENT_TYPE | typeof EDGE_TYPE
  readonly #lanes: Uint32Array
  readonly #scanner = new DumpLineScanner()
  /** From the start of the line to the key. */
  #front = Buffer.alloc(0)
  /** The tick in {@link #front} without its last nine digits. */
  #billions = 0
  /** Where the last nine digits of the tick are. */
  #digitsAt = 0
  /** From the key to the document. */
  readonly #back = Buffer.from(`${REV_START}${'-'.repeat(REVISION_TEXT_BYTES)}","data":`)
  #keyStart = 0
  #keyEnd = 0

  /** @param lanes - where the scan puts the revision of each row: high and low 32 bits */
  constructor(type: typeof DOCUMENT_TYPE | typeof EDGE_TYPE, lanes: Uint32Array) {
    this.#type = type
    this.#lanes = lanes
  }

  measure(bytes: Uint8Array, length: number): number {
    this.#findKey(bytes, length)
    this.#setTick(this.#lanes[0] as number, this.#lanes[1] as number)
    const keyBytes = this.#keyEnd - this.#keyStart
    return this.#front.length + keyBytes + this.#back.length + length + END_BYTES
  }

  write(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
    const [high, low] = [this.#lanes[0] as number, this.#lanes[1] as number]
    writeRevisionText(this.#back, REV_START.length, high, low)
    out.set(this.#front, at)
    let offset = at + this.#front.length
    // Keys are short: a loop is faster than a view for `set`.
    for (let index = this.#keyStart; index < this.#keyEnd; index += 1) {
      out[offset] = bytes[index] as number
      offset += 1
    }
    out.set(this.#back, offset)
    writeEnd(out, offset + this.#back.length, bytes, length)
  }

  #setTick(high: number, low: number): void {
    const billions = billionsOf(high, low)
    if (billions === 0 || billions !== this.#billions) {
      this.#billions = billions
      const tick = joinLanes({ high, low }).toString()
      this.#front = Buffer.from(`${TICK_START}${tick}","type":${this.#type},"key":"`)
      this.#digitsAt = TICK_START.length + tick.length - NINE_DIGITS
    } else {
      writeNineDigits(this.#front, this.#digitsAt, belowBillionOf(low, billions))
    }
  }

  /** Finds the text of the `_key` between its quotes; most documents begin with it. */
  #findKey(bytes: Uint8Array, length: number): void {
    if (beginsWithKey(bytes, length)) {
      this.#keyStart = KEY_FIRST.length
      this.#keyEnd = stringEnd(bytes, KEY_FIRST.length)
    } else {
      this.#scanner.scan(Buffer.from(bytes.buffer, bytes.byteOffset, length), 0, length)
      this.#keyStart = this.#scanner.keyStart
      this.#keyEnd = this.#scanner.keyEnd
    }
  }
}

function beginsWithKey(bytes: Uint8Array, length: number): boolean {
  if (length <= KEY_FIRST.length) return false
  for (let index = 0; index < KEY_FIRST.length; index += 1) {
    if (bytes[index] !== KEY_FIRST[index]) return false
  }
  return true
}

/** Offset of the quote that ends a string; what the store holds is known to be JSON. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let offset = start
  while (bytes[offset] !== QUOTE) offset += bytes[offset] === BACKSLASH ? 2 : 1
  return offset
}
