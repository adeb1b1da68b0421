import { skipSpace } from './json-scanner.js'
import { isDecimalU64, LineSpan } from './line-span.js'
import { layoutOfType, type MarkerLayout, type MarkerMember } from './marker-layout.js'
import { MarkerScanner } from './marker-scanner.js'
import type { MarkerForm } from './marker.js'

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const SPACE = 0x20
const ZERO = 0x30
const NINE = 0x39
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
/** Digits of the longest type that is read. */
const TYPE_DIGITS_MAX = 9

type HeadMember = MarkerMember | 'data'
/** The name of a member with what follows it, by the first byte of the name. */
const MEMBERS = membersByFirstByte([
  'tick',
  'type',
  'tid',
  'db',
  'data',
  'database',
  'cuid',
  'cid',
  'cname',
])

/**
 * Finds what stands before the data of marker lines, one line after the other, several times as fast
 * as a {@link MarkerScanner}: the data and what follows it are not looked at, so they may be
 * anything. Lines that are not written in the order of ArangoDB or of our leader, without white
 * space, are left to a MarkerScanner as a whole.
 *
 * On every valid line of either form it tells the same as a MarkerScanner.
 */
export class MarkerHeadScanner {
  /** How the marker stands on the line. */
  form: MarkerForm = 'wal'
  /** Number of the type, known or not. */
  type = 0
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
  /** Where the object of the data begins; -1 where the marker has none. */
  dataStart = -1

  readonly #all = new MarkerScanner()
  readonly #texts: Readonly<Record<Exclude<MarkerMember, 'type'>, LineSpan>> = {
    tick: this.tick,
    db: this.databaseName,
    cuid: this.globallyUniqueId,
    tid: this.transactionId,
    database: this.databaseId,
    cid: this.collectionId,
    cname: this.collectionName,
  }

  /**
   * Scans the head of the line between the offsets; nothing outside of them is read.
   *
   * @throws JsonSyntaxError with an offset in `bytes` when the line had to be read as a whole
   *   and is no marker
   */
  scan(bytes: Buffer, start: number, end: number): void {
    if (!this.#scanHead(bytes, start, end)) this.#scanAll(bytes, start, end)
  }

  /** @returns false when the line is not one of those that are understood here */
  #scanHead(bytes: Buffer, start: number, end: number): boolean {
    this.#clear()
    if (start >= end || bytes[start] !== OPEN_BRACE) return false
    let offset = start
    for (;;) {
      const member = findMember(bytes, offset + 1, end)
      if (member === undefined) return false
      const valueStart = offset + 1 + member.bytes.length
      if (member.name === 'data') return this.#isWholeBeforeData(bytes, valueStart, end)
      offset = this.#takeMember(member.name, bytes, valueStart, end)
      if (offset < 0) return false
      if (bytes[offset] === COMMA) continue
      return bytes[offset] === CLOSE_BRACE && this.#isWholeWithoutData(bytes, offset + 1, end)
    }
  }

  #clear(): void {
    this.type = -1
    this.dataStart = -1
    this.tick.clear()
    this.transactionId.clear()
    this.databaseName.clear()
    this.databaseId.clear()
    this.globallyUniqueId.clear()
    this.collectionId.clear()
    this.collectionName.clear()
  }

  /** @returns the offset after the value, inside of the line; -1 when it is not understood here */
  #takeMember(name: MarkerMember, bytes: Buffer, start: number, end: number): number {
    if (name === 'type') return this.#takeType(bytes, start, end)
    const span = this.#texts[name]
    // Which of repeated members counts is known to the other scanner.
    if (span.start >= 0 || start >= end || bytes[start] !== QUOTE) return -1
    const textEnd = skipPlainText(bytes, start + 1, end)
    if (textEnd + 1 >= end || bytes[textEnd] !== QUOTE) return -1
    span.start = start + 1
    span.end = textEnd
    return textEnd + 1
  }

  #takeType(bytes: Buffer, start: number, end: number): number {
    if (this.type >= 0) return -1
    let type = 0
    let offset = start
    while (offset < end) {
      const byte = bytes[offset] as number
      if (byte < ZERO || byte > NINE) break
      type = type * 10 + byte - ZERO
      offset += 1
    }
    const digits = offset - start
    const isPlain = digits === 1 || (digits > 1 && bytes[start] !== ZERO)
    if (!isPlain || digits > TYPE_DIGITS_MAX || offset >= end) return -1
    this.type = type
    return offset
  }

  /** Tells whether nothing that belongs to the type can follow the data. */
  #isWholeBeforeData(bytes: Buffer, dataStart: number, end: number): boolean {
    const layout = layoutOfType(this.type)
    if (layout === undefined || dataStart >= end || bytes[dataStart] !== OPEN_BRACE) return false
    this.dataStart = dataStart
    return this.#hasMembersOf(layout.shape) && this.#takeNumbers(bytes)
  }

  #hasMembersOf(shape: MarkerLayout['shape']): boolean {
    switch (shape) {
      case 'document':
      case 'removal':
        return this.transactionId.start >= 0 && this.#hasObject()
      case 'definition':
      case 'end':
        return this.#hasObject()
      case 'create-database':
        return Math.max(this.databaseName.start, this.databaseId.start) >= 0
      case 'drop-database':
      case 'transaction':
        return false
    }
  }

  #hasObject(): boolean {
    const { databaseName, databaseId, globallyUniqueId, collectionId, collectionName } = this
    if (globallyUniqueId.start < 0) return false
    if (databaseName.start >= 0) return true
    return Math.min(databaseId.start, collectionId.start, collectionName.start) >= 0
  }

  #isWholeWithoutData(bytes: Buffer, rest: number, end: number): boolean {
    if (skipSpace(bytes, rest, end) < end) return false
    switch (layoutOfType(this.type)?.shape) {
      case 'transaction':
        return this.transactionId.start >= 0 && this.#takeNumbers(bytes)
      case 'drop-database':
      case 'end':
        return this.#takeNumbers(bytes)
      default:
        return false
    }
  }

  /** The last step where all is found: checks the numbers, tells the form. */
  #takeNumbers(bytes: Buffer): boolean {
    const { tick, transactionId, databaseName, databaseId, collectionId, collectionName } = this
    if (tick.start < 0 || !isDecimalU64(bytes, tick.start, tick.end)) return false
    const hasId = transactionId.start >= 0
    if (hasId && !isDecimalU64(bytes, transactionId.start, transactionId.end)) return false
    const isLogger = Math.max(databaseId.start, collectionId.start, collectionName.start) >= 0
    this.form = isLogger && databaseName.start < 0 ? 'logger' : 'wal'
    return true
  }

  #scanAll(bytes: Buffer, start: number, end: number): void {
    const all = this.#all
    all.scan(bytes, start, end)
    this.form = all.form
    this.type = all.type
    this.dataStart = all.data.start
    copySpan(all.tick, this.tick)
    copySpan(all.transactionId, this.transactionId)
    copySpan(all.databaseName, this.databaseName)
    copySpan(all.databaseId, this.databaseId)
    copySpan(all.globallyUniqueId, this.globallyUniqueId)
    copySpan(all.collectionId, this.collectionId)
    copySpan(all.collectionName, this.collectionName)
  }
}

interface KnownMember {
  readonly name: HeadMember
  /** The name in its quotes and the colon. */
  readonly bytes: Uint8Array
}

function membersByFirstByte(names: readonly HeadMember[]): (readonly KnownMember[] | undefined)[] {
  const members: KnownMember[][] = []
  for (const name of names) {
    const first = name.charCodeAt(0)
    const bytes = Buffer.from(`"${name}":`)
    members[first] = [...(members[first] ?? []), { name, bytes }]
  }
  return members
}

function findMember(bytes: Buffer, start: number, end: number): KnownMember | undefined {
  if (start + 1 >= end) return undefined
  const candidates = MEMBERS[bytes[start + 1] as number]
  if (candidates === undefined) return undefined
  for (const candidate of candidates) {
    if (isAt(bytes, start, end, candidate.bytes)) return candidate
  }
  return undefined
}

function isAt(bytes: Buffer, start: number, end: number, expected: Uint8Array): boolean {
  const { length } = expected
  if (start + length > end) return false
  for (let index = 0; index < length; index += 1) {
    if (bytes[start + index] !== expected[index]) return false
  }
  return true
}

/** The first offset at which a text without escapes ends, or one with escapes is left. */
function skipPlainText(bytes: Buffer, start: number, end: number): number {
  let offset = start
  while (offset < end) {
    const byte = bytes[offset] as number
    if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) break
    offset += 1
  }
  return offset
}

function copySpan(from: LineSpan, to: LineSpan): void {
  to.start = from.start
  to.end = from.end
}
