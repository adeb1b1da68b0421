/*
 * How stored documents become lines of a dump. These run once for each row of a scan, so they make
 * no object but the view that copies the document.
 */
import { unreachable } from '../core/index.js'
import {
  DOCUMENT_TYPE,
  DumpLineScanner,
  EDGE_COLLECTION,
  EDGE_TYPE,
  type CollectionDefinition,
  type DumpForm,
} from '../wire/index.js'
import { DecimalText, REVISION_TEXT_BYTES, writeRevisionText } from './u64-text.js'

const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const CLOSE_BRACE = 0x7d
const CLOSE_BYTES = 2
const KEY_FIRST = Buffer.from('{"_key":"')
const ENVELOPE = Buffer.from(`{"type":${DOCUMENT_TYPE},"data":`)
const TICK = Buffer.from('{"tick":"')
const REV = Buffer.from('","rev":"')
const DATA = Buffer.from('","data":')

/** Writes documents as lines of one form. The document is the first `length` of `bytes`. */
export interface LineFormat {
  /** Bytes of the document's line, newline included. */
  measure(bytes: Uint8Array, length: number): number
  /** Writes the line of the document that was measured last. */
  write(out: Buffer, at: number, bytes: Uint8Array, length: number): void
}

/**
 * Makes the format of a dump's lines.
 *
 * @param lanes - where the scan puts the revision of each row: high and low 32 bits
 */
export function createLineFormat(
  form: DumpForm,
  type: CollectionDefinition['type'],
  lanes: Uint32Array,
): LineFormat {
  switch (form) {
    case 'bare':
      return BARE
    case 'enveloped':
      return ENVELOPED
    case 'documented':
      return new DocumentedFormat(type === EDGE_COLLECTION ? EDGE_TYPE : DOCUMENT_TYPE, lanes)
    default:
      return unreachable(form, 'dump form')
  }
}

const BARE: LineFormat = {
  measure: (_bytes, length) => length + 1,
  write(out, at, bytes, length) {
    copyDocument(out, at, bytes, length)
    out[at + length] = NEWLINE
  },
}

const ENVELOPED: LineFormat = {
  measure: (_bytes, length) => ENVELOPE.length + length + CLOSE_BYTES,
  write(out, at, bytes, length) {
    writeEnd(out, copyText(out, at, ENVELOPE, 0, ENVELOPE.length), bytes, length)
  },
}

/** `{"tick":…,"type":…,"key":…,"rev":…,"data":…}`, the form of the seeds. */
class DocumentedFormat implements LineFormat {
  readonly #lanes: Uint32Array
  readonly #typeText: Buffer
  readonly #tick = new DecimalText()
  readonly #scanner = new DumpLineScanner()
  #keyStart = 0
  #keyEnd = 0

  constructor(type: typeof DOCUMENT_TYPE | typeof EDGE_TYPE, lanes: Uint32Array) {
    this.#lanes = lanes
    this.#typeText = Buffer.from(`","type":${type},"key":"`)
  }

  measure(bytes: Uint8Array, length: number): number {
    this.#findKey(bytes, length)
    const tickBytes = this.#tick.set(this.#lanes[0] as number, this.#lanes[1] as number)
    const texts = TICK.length + this.#typeText.length + REV.length + DATA.length
    const values = tickBytes + (this.#keyEnd - this.#keyStart) + REVISION_TEXT_BYTES
    return texts + values + length + CLOSE_BYTES
  }

  write(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
    let offset = copyText(out, at, TICK, 0, TICK.length)
    offset = this.#tick.write(out, offset)
    offset = copyText(out, offset, this.#typeText, 0, this.#typeText.length)
    offset = copyText(out, offset, bytes, this.#keyStart, this.#keyEnd)
    offset = copyText(out, offset, REV, 0, REV.length)
    const [high, low] = [this.#lanes[0] as number, this.#lanes[1] as number]
    offset = writeRevisionText(out, offset, high, low)
    offset = copyText(out, offset, DATA, 0, DATA.length)
    writeEnd(out, offset, bytes, length)
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

/** For short texts a loop is faster than a view for `set`. */
function copyText(out: Buffer, at: number, text: Uint8Array, start: number, end: number): number {
  const shift = at - start
  for (let index = start; index < end; index += 1) out[shift + index] = text[index] as number
  return shift + end
}

function writeEnd(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
  copyDocument(out, at, bytes, length)
  out[at + length] = CLOSE_BRACE
  out[at + length + 1] = NEWLINE
}

function copyDocument(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
  out.set(new Uint8Array(bytes.buffer, bytes.byteOffset, length), at)
}
