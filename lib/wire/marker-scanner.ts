import { JsonSyntaxError } from './json-syntax-error.js'
import { scanObject, skipSpace, skipValue } from './json-scanner.js'
import { isDecimalU64, LineSpan } from './line-span.js'
import { layoutOfType, type MarkerLayout } from './marker-layout.js'
import type { MarkerForm } from './marker.js'
import { NameFinder } from './name-finder.js'

const QUOTE = 0x22
const OPEN_BRACE = 0x7b
const ZERO = 0x30
const NINE = 0x39
/** Digits of the longest type that is read. */
const TYPE_DIGITS_MAX = 9

const TEXT_NAMES = ['tick', 'db', 'cuid', 'tid', 'database', 'cid', 'cname', 'key', 'rev'] as const
type TextName = (typeof TEXT_NAMES)[number]
type TopName = TextName | 'type' | 'data' | (typeof OLD_DATA_NAMES)[number]
/** Old servers had the definition under a name of its own (client notes, 3.4). */
const OLD_DATA_NAMES = ['collection', 'index'] as const
const TOP_NAMES = new NameFinder<TopName>([...TEXT_NAMES, 'type', 'data', ...OLD_DATA_NAMES])
const DATA_NAMES = new NameFinder(['_key', '_rev'])

/**
 * Finds where the parts of marker lines lie, one line after the other, and builds nothing: the
 * public fields tell of the line scanned last, in offsets of its buffer. Attributes may stand in any
 * order. A line is of the form `logger` when it has `database`, `cid` or `cname` and no `db`.
 */
export class MarkerScanner {
  /** How the marker stands on the line. */
  form: MarkerForm = 'wal'
  /** Number of the type, known or not. */
  type = 0
  /** The whole object, braces included. */
  readonly object: LineSpan = new LineSpan()
  /** Digits of the tick; always there. */
  readonly tick: LineSpan = new LineSpan()
  /** Digits of the transaction's id. */
  readonly transactionId: LineSpan = new LineSpan()
  /** Content of the database's name, without quotes as all texts. */
  readonly databaseName: LineSpan = new LineSpan()
  /** Content of the database's id. */
  readonly databaseId: LineSpan = new LineSpan()
  /** Content of the globallyUniqueId. */
  readonly globallyUniqueId: LineSpan = new LineSpan()
  /** Content of the collection's id. */
  readonly collectionId: LineSpan = new LineSpan()
  /** Content of the collection's name. */
  readonly collectionName: LineSpan = new LineSpan()
  /** The object of the data, braces included. */
  readonly data: LineSpan = new LineSpan()
  /** Content of the document key; there for documents and removals. */
  readonly key: LineSpan = new LineSpan()
  /** Content of the revision, of documents and removals that have one as text. */
  readonly revision: LineSpan = new LineSpan()

  #bytes: Buffer = Buffer.alloc(0)
  #end = 0
  readonly #type = new LineSpan()
  readonly #oldData = new LineSpan()
  readonly #outerKey = new LineSpan()
  readonly #outerRevision = new LineSpan()
  readonly #texts: Readonly<Record<TextName, LineSpan>> = {
    tick: this.tick,
    db: this.databaseName,
    cuid: this.globallyUniqueId,
    tid: this.transactionId,
    database: this.databaseId,
    cid: this.collectionId,
    cname: this.collectionName,
    key: this.#outerKey,
    rev: this.#outerRevision,
  }
  readonly #spans = [
    ...Object.values(this.#texts),
    ...[this.data, this.key, this.revision, this.#type, this.#oldData],
  ]

  /**
   * Scans the line between the offsets; white space around its object is allowed.
   *
   * @throws {@link JsonSyntaxError} with an offset in `bytes` when the line is not JSON, or lacks
   *   what a marker of its type has
   */
  scan(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes
    this.#end = end
    for (const span of this.#spans) span.clear()
    this.object.start = skipSpace(bytes, start, end)
    this.object.end = scanObject(bytes, this.object.start, end, this.#scanTop)
    const rest = skipSpace(bytes, this.object.end, end)
    if (rest < end) throw new JsonSyntaxError('text after the end of the object', rest)
    this.#takeHead()
    const layout = layoutOfType(this.type)
    if (layout !== undefined) this.#checkParts(layout.shape)
  }

  #takeHead(): void {
    this.#checkNumber(this.tick, 'tick')
    if (this.transactionId.start >= 0) this.#checkNumber(this.transactionId, 'transaction id')
    this.type = this.#readType()
    const { databaseId, collectionId, collectionName } = this
    const isLogger = Math.max(databaseId.start, collectionId.start, collectionName.start) >= 0
    this.form = isLogger && this.databaseName.start < 0 ? 'logger' : 'wal'
  }

  #checkNumber(span: LineSpan, what: string): void {
    if (span.start < 0) this.#fail(`there is no text for the ${what}`)
    if (isDecimalU64(this.#bytes, span.start, span.end)) return
    throw new JsonSyntaxError(`the ${what} is not a decimal 64-bit number`, span.start)
  }

  #readType(): number {
    const { start, end } = this.#type
    let type = 0
    if (start < 0 || end - start > TYPE_DIGITS_MAX) this.#fail('the type is not a whole number')
    for (let offset = start; offset < end; offset += 1) {
      const byte = this.#bytes[offset] as number
      if (byte < ZERO || byte > NINE) this.#fail('the type is not a whole number')
      type = type * 10 + byte - ZERO
    }
    return type
  }

  #checkParts(shape: MarkerLayout['shape']): void {
    if (this.data.start < 0) {
      this.data.start = this.#oldData.start
      this.data.end = this.#oldData.end
    }
    switch (shape) {
      case 'create-database':
      case 'definition':
        this.#assertThere(this.data, 'object "data"')
        break
      case 'transaction':
        this.#assertThere(this.transactionId, 'transaction id')
        break
      case 'document':
        this.#assertThere(this.data, 'object "data"')
        this.#checkKey()
        break
      case 'removal':
        this.#takeOuterKey()
        this.#checkKey()
        break
      case 'drop-database':
      case 'end':
    }
  }

  #checkKey(): void {
    this.#assertThere(this.key, 'text "_key"')
    if (this.key.start === this.key.end)
      throw new JsonSyntaxError('the key is empty', this.key.start)
  }

  /** Removals of servers before 3.0 have key and revision beside the type, and no data. */
  #takeOuterKey(): void {
    if (this.key.start >= 0 || this.#outerKey.start < 0) return
    this.key.keepFirst(this.#outerKey.start, this.#outerKey.end)
    if (this.#outerRevision.start < 0) return
    this.revision.keepFirst(this.#outerRevision.start, this.#outerRevision.end)
  }

  #assertThere(span: LineSpan, what: string): void {
    if (span.start < 0) this.#fail(`a marker of type ${this.type} needs its ${what}`)
  }

  #fail(reason: string): never {
    throw new JsonSyntaxError(reason, this.object.start)
  }

  #scanTop = (nameStart: number, nameEnd: number, start: number): number => {
    const name = TOP_NAMES.find(this.#bytes, nameStart, nameEnd)
    // The depth counts from the document on, so that markers hold the same documents as dumps.
    if (name === 'data' && this.data.start < 0 && this.#bytes[start] === OPEN_BRACE) {
      const end = scanObject(this.#bytes, start, this.#end, this.#scanData)
      this.data.keepFirst(start, end)
      return end
    }
    const end = skipValue(this.#bytes, start, this.#end, 1)
    if (name !== undefined) this.#keep(name, start, end)
    return end
  }

  #keep(name: TopName, start: number, end: number): void {
    const first = this.#bytes[start]
    if (name === 'type') this.#type.keepFirst(start, end)
    else if (name === 'collection' || name === 'index') {
      if (first === OPEN_BRACE) this.#oldData.keepFirst(start, end)
    } else if (name !== 'data' && first === QUOTE) this.#texts[name].keepFirst(start + 1, end - 1)
  }

  #scanData = (nameStart: number, nameEnd: number, start: number): number => {
    const end = skipValue(this.#bytes, start, this.#end, 1)
    if (this.#bytes[start] !== QUOTE) return end
    const name = DATA_NAMES.find(this.#bytes, nameStart, nameEnd)
    if (name === '_key') this.key.keepFirst(start + 1, end - 1)
    else if (name === '_rev') this.revision.keepFirst(start + 1, end - 1)
    return end
  }
}
