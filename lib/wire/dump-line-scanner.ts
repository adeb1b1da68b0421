import { JsonSyntaxError } from './json-syntax-error.js'
import { scanObject, skipSpace, skipValue } from './json-scanner.js'
import { decodeText } from './json-text.js'
import { isDecimalU64, LineSpan } from './line-span.js'
import { DOCUMENT_TYPE, REMOVAL_TYPE, type DumpForm } from './dump-entry.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const ZERO = 0x30
/** The bytes `230`, which every type of an entry begins with. */
const TYPE_PREFIX = 0x323330
/** The shortest name that an escape can hide: `key` with one letter as `\u006b`. */
const ESCAPED_NAME_BYTES_MIN = 8
const ESCAPED_NAME_BYTES_MAX = 24

/**
 * Finds where the parts of dump lines lie, one line after the other, and builds nothing: the public
 * fields tell of the line scanned last, in offsets of its buffer. The form is told by the attributes
 * that a line has, never by their order (client notes, 1.6): a top-level text `_key` makes it a bare
 * document, else it is an envelope.
 */
export class DumpLineScanner {
  /** How the entry stands on the line. */
  form: DumpForm = 'bare'
  /** Tells whether the type is 2302. */
  isRemoval = false
  /** The envelope's `type`; 2300 where there is none. */
  type = 0
  /** Content of the key, without quotes. */
  keyStart = -1
  /** End of the key's content: its closing quote. */
  keyEnd = -1
  /** Content of `_rev`, without quotes; `revisionStart` is -1 when absent or not text. */
  revisionStart = -1
  /** End of the revision's content: its closing quote. */
  revisionEnd = -1
  /** The document's object; of no meaning for a removal. */
  documentStart = -1
  /** The offset after the document's closing brace. */
  documentEnd = -1
  /** The envelope's tick without quotes; `tickStart` is -1 when absent. */
  tickStart = -1
  /** End of the tick's content: its closing quote. */
  tickEnd = -1

  #bytes: Buffer = Buffer.alloc(0)
  #end = 0
  readonly #bareKey = new LineSpan()
  readonly #bareRevision = new LineSpan()
  readonly #outerKey = new LineSpan()
  readonly #outerRevision = new LineSpan()
  readonly #type = new LineSpan()
  readonly #tick = new LineSpan()
  readonly #data = new LineSpan()
  readonly #dataKey = new LineSpan()
  readonly #dataRevision = new LineSpan()
  readonly #spans = [
    this.#bareKey,
    this.#bareRevision,
    this.#outerKey,
    this.#outerRevision,
    this.#type,
    this.#tick,
    this.#data,
    this.#dataKey,
    this.#dataRevision,
  ]

  /**
   * Scans the line between the offsets; white space around its object is allowed.
   *
   * @throws {@link JsonSyntaxError} with an offset in `bytes` when the line is not JSON, or not an
   *   entry of any form
   */
  scan(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes
    this.#end = end
    for (const span of this.#spans) span.clear()
    const lineStart = skipSpace(bytes, start, end)
    const lineEnd = scanObject(bytes, lineStart, end, this.#scanTop)
    const rest = skipSpace(bytes, lineEnd, end)
    if (rest < end) throw new JsonSyntaxError('text after the end of the object', rest)
    if (this.#bareKey.start >= 0) this.#takeBare(lineStart, lineEnd)
    else this.#takeEnvelope(lineStart)
  }

  #takeBare(lineStart: number, lineEnd: number): void {
    this.form = 'bare'
    this.isRemoval = false
    this.type = DOCUMENT_TYPE
    this.documentStart = lineStart
    this.documentEnd = lineEnd
    this.#setKey(this.#bareKey)
    this.#setRevision(this.#bareRevision)
    this.tickStart = -1
  }

  #takeEnvelope(lineStart: number): void {
    this.type = this.#readType(lineStart)
    this.isRemoval = this.type === REMOVAL_TYPE
    this.form = this.#tick.start < 0 ? 'enveloped' : 'documented'
    this.#setTick(this.#tick)
    this.documentStart = this.#data.start
    this.documentEnd = this.#data.end
    if (!this.isRemoval && this.#data.start < 0) {
      throw new JsonSyntaxError('neither a text "_key" nor an object "data"', lineStart)
    }
    const key = this.#dataKey.start >= 0 || !this.isRemoval ? this.#dataKey : this.#outerKey
    if (key.start < 0) throw new JsonSyntaxError('the entry has no text "_key"', lineStart)
    this.#setKey(key)
    this.#setRevision(this.#dataKey.start >= 0 ? this.#dataRevision : this.#outerRevision)
  }

  #readType(lineStart: number): number {
    if (this.#type.start < 0) return DOCUMENT_TYPE
    const { start, end } = this.#type
    const bytes = this.#bytes
    const isKnown = end - start === 4 && bytes.readUIntBE(start, 3) === TYPE_PREFIX
    const type = isKnown ? 2300 + (bytes[start + 3] as number) - ZERO : 0
    if (type < DOCUMENT_TYPE || type > REMOVAL_TYPE) {
      throw new JsonSyntaxError('the type is not 2300, 2301 or 2302', lineStart)
    }
    return type
  }

  #setTick(tick: LineSpan): void {
    this.tickStart = tick.start
    this.tickEnd = tick.end
    if (tick.start >= 0 && !isDecimalU64(this.#bytes, tick.start, tick.end)) {
      throw new JsonSyntaxError('the tick is not a decimal 64-bit number', tick.start)
    }
  }

  #setKey(key: LineSpan): void {
    if (key.start === key.end) throw new JsonSyntaxError('the key is empty', key.start)
    this.keyStart = key.start
    this.keyEnd = key.end
  }

  #setRevision(revision: LineSpan): void {
    this.revisionStart = revision.start
    this.revisionEnd = revision.end
  }

  #scanTop = (nameStart: number, nameEnd: number, start: number): number => {
    const bytes = this.#bytes
    const name = interestingName(bytes, nameStart, nameEnd)
    // The depth counts from the document on, so that every form holds the same documents.
    if (name === 'data' && bytes[start] === OPEN_BRACE && this.#data.start < 0) {
      const end = scanObject(bytes, start, this.#end, this.#scanData)
      this.#data.keepFirst(start, end)
      return end
    }
    const end = skipValue(bytes, start, this.#end, 1)
    if (name === '') return end
    if (name === 'type') this.#type.keepFirst(start, end)
    else if (bytes[start] === QUOTE) this.#keepTopText(name, start + 1, end - 1)
    return end
  }

  #keepTopText(name: string, start: number, end: number): void {
    if (name === '_key') this.#bareKey.keepFirst(start, end)
    else if (name === '_rev') this.#bareRevision.keepFirst(start, end)
    else if (name === 'key') this.#outerKey.keepFirst(start, end)
    else if (name === 'rev') this.#outerRevision.keepFirst(start, end)
    else if (name === 'tick') this.#tick.keepFirst(start, end)
  }

  #scanData = (nameStart: number, nameEnd: number, start: number): number => {
    const end = skipValue(this.#bytes, start, this.#end, 1)
    if (this.#bytes[start] !== QUOTE) return end
    const name = interestingName(this.#bytes, nameStart, nameEnd)
    if (name === '_key') this.#dataKey.keepFirst(start + 1, end - 1)
    else if (name === '_rev') this.#dataRevision.keepFirst(start + 1, end - 1)
    return end
  }
}

/** The name if it is one of those that an entry is told by, else an empty text. */
function interestingName(bytes: Buffer, start: number, end: number): string {
  const length = end - start
  if (length === 4) return fourLetters(bytes, start)
  if (length === 3) return threeLetters(bytes, start)
  if (length < ESCAPED_NAME_BYTES_MIN || length > ESCAPED_NAME_BYTES_MAX) return ''
  for (let offset = start; offset < end; offset += 1) {
    if (bytes[offset] === BACKSLASH) return decodeText(bytes, start, end)
  }
  return ''
}

const FOUR_LETTERS = new Map(['_key', '_rev', 'type', 'tick', 'data'].map((n) => [packed(n), n]))
const THREE_LETTERS = new Map(['key', 'rev'].map((n) => [packed(n), n]))

function packed(name: string): number {
  let word = 0
  for (let index = 0; index < name.length; index += 1) word = (word << 8) | name.charCodeAt(index)
  return word
}

function fourLetters(bytes: Buffer, start: number): string {
  const first = bytes[start]
  if (first !== 0x5f && first !== 0x74 && first !== 0x64) return ''
  return FOUR_LETTERS.get(bytes.readInt32BE(start)) ?? ''
}

function threeLetters(bytes: Buffer, start: number): string {
  const first = bytes[start]
  if (first !== 0x6b && first !== 0x72) return ''
  return THREE_LETTERS.get(bytes.readUIntBE(start, 3)) ?? ''
}
