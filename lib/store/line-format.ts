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
/** Views of longer documents are not kept: there the copy is what takes the time. */
const VIEW_BYTES_MAX = 2048
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

/**
 * `{"tick":…,"type":…,"key":…,"rev":…,"data":…}`, the form of the seeds. What comes before the
 * document is kept from one row to the next, and only what changes is written again.
 */
class DocumentedFormat implements LineFormat {
  readonly #lanes: Uint32Array
  readonly #typeText: Buffer
  readonly #tick = new DecimalText()
  readonly #scanner = new DumpLineScanner()
  #keyStart = 0
  #keyEnd = 0
  /** By length of the key, for ticks of {@link #tickBytes} digits. */
  #heads: (Buffer | undefined)[] = []
  #tickBytes = 0
  /** Everything before the document that was measured last. */
  #head: Buffer = Buffer.alloc(0)

  constructor(type: typeof DOCUMENT_TYPE | typeof EDGE_TYPE, lanes: Uint32Array) {
    this.#lanes = lanes
    this.#typeText = Buffer.from(`","type":${type},"key":"`)
  }

  measure(bytes: Uint8Array, length: number): number {
    this.#findKey(bytes, length)
    const tickBytes = this.#tick.set(this.#lanes[0] as number, this.#lanes[1] as number)
    if (tickBytes !== this.#tickBytes) {
      this.#tickBytes = tickBytes
      this.#heads = []
    }
    const keyBytes = this.#keyEnd - this.#keyStart
    this.#head = this.#heads[keyBytes] ??= this.#layOut(keyBytes)
    return this.#head.length + length + CLOSE_BYTES
  }

  write(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
    const head = this.#head
    const keyAt = this.#tick.write(head, TICK.length) + this.#typeText.length
    const keyEnd = copyText(head, keyAt, bytes, this.#keyStart, this.#keyEnd)
    const [high, low] = [this.#lanes[0] as number, this.#lanes[1] as number]
    writeRevisionText(head, keyEnd + REV.length, high, low)
    out.set(head, at)
    writeEnd(out, at + head.length, bytes, length)
  }

  /** Puts the texts that do not change around a key of this length. */
  #layOut(keyBytes: number): Buffer {
    const [tick, key] = [Buffer.alloc(this.#tickBytes), Buffer.alloc(keyBytes)]
    const revision = Buffer.alloc(REVISION_TEXT_BYTES)
    return Buffer.concat([TICK, tick, this.#typeText, key, REV, revision, DATA])
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
  out.set(viewOf(bytes, length), at)
}

/** Views of the buffer that rows are read into, by length: one for each row would be garbage. */
const views: (Uint8Array | undefined)[] = []
let viewed: Uint8Array | undefined

function viewOf(bytes: Uint8Array, length: number): Uint8Array {
  if (length > VIEW_BYTES_MAX) return new Uint8Array(bytes.buffer, bytes.byteOffset, length)
  if (bytes !== viewed) {
    viewed = bytes
    views.length = 0
  }
  return (views[length] ??= new Uint8Array(bytes.buffer, bytes.byteOffset, length))
}
