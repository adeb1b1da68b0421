import type { LogPosition } from '../../replica/index.js'
import type { MarkerChunk } from '../../streams/index.js'
import { tick, type Tick } from '../../values/index.js'
import { MarkerScanner, readMarker, type Marker } from '../../wire/index.js'
import { Holds } from './holds.js'
import type { ChangeEvent, ChangeKind, TailGroup } from './tail-item.js'

const KEY_FIRST = Buffer.from('{"_key":"')
const DOCUMENT_KINDS: ReadonlySet<ChangeKind> = new Set(['put', 'insert', 'update', 'remove'])
const QUOTE = 0x22
const BACKSLASH = 0x5c
const scanner = new MarkerScanner()

/** What an event is made of. */
export interface ChangeParts {
  readonly group: TailGroup
  readonly markers: MarkerChunk
  readonly index: number
  readonly kind: ChangeKind
  /** Where the digits of its tick begin and end in the buffer of the markers. */
  readonly start: number
  readonly end: number
  /** Where its data begins; -1 when it has none. */
  readonly dataStart: number
  /** Called each time that nobody holds the event any more. */
  readonly onFree: () => void
}

/** Which of its group's positions an event has. */
export type ChangePlace = 'inside' | 'alone' | 'last'

/** A change as a view of its line; what nobody asks for is not read. */
export class LogChange implements ChangeEvent {
  kind: ChangeKind
  before: Buffer | undefined
  /** Where it stands in its group. */
  place: ChangePlace = 'inside'
  /** 1, or which one it is of several in a group with its tick. */
  ordinal = 1
  readonly #parts: ChangeParts
  #holds: Holds | undefined
  #marker: Marker | undefined

  constructor(parts: ChangeParts) {
    this.#parts = parts
    this.kind = parts.kind
    this.before = undefined
  }

  get id(): string {
    const { group } = this.#parts
    const suffix = this.ordinal === 1 ? '' : `-${this.ordinal}`
    return `${group.leader.serverId}-${BigInt(this.#tickText)}${suffix}`
  }

  get tick(): Tick {
    return tick(BigInt(this.#tickText))
  }

  get transactionId(): Tick | undefined {
    return this.#parts.group.transactionId
  }

  /** @throws MarkerLineError when the line turns out not to be a marker; so do those below. */
  get database(): string | undefined {
    const marker = this.read()
    const { names, leader } = this.#parts.group
    return marker.databaseName ?? names.databaseName(marker) ?? leader.database
  }

  get collection(): string | undefined {
    const marker = this.read()
    if (!('globallyUniqueId' in marker)) return undefined
    const { globallyUniqueId, collectionName } = marker
    if (collectionName !== undefined || globallyUniqueId === undefined) return collectionName
    return this.#parts.group.names.collectionName({ globallyUniqueId })
  }

  get globallyUniqueId(): string | undefined {
    const marker = this.read()
    return 'globallyUniqueId' in marker ? marker.globallyUniqueId : undefined
  }

  get key(): string | undefined {
    const plain = this.#marker === undefined ? this.#plainKey() : undefined
    if (plain !== undefined) return plain
    const marker = this.read()
    return 'key' in marker ? marker.key : undefined
  }

  get revision(): string | undefined {
    const marker = this.read()
    return 'revisionText' in marker ? marker.revisionText : undefined
  }

  get document(): Buffer | undefined {
    const marker = this.read()
    return 'data' in marker ? marker.data : undefined
  }

  get position(): LogPosition | undefined {
    const { position } = this.#parts.group
    if (this.place === 'last') return position
    if (this.place === 'inside') return undefined
    // The same transactions are open wherever a group of markers that stand alone is cut.
    const own = this.tick
    const isNoneOpen = position.openTransactions.length === 0
    return { ...position, tick: own, resumeTick: isNoneOpen ? own : position.resumeTick }
  }

  /** Somebody holds it. */
  get isHeld(): boolean {
    return this.#holds?.isHeld ?? false
  }

  hold(): () => void {
    this.#holds ??= new Holds(this.#parts.onFree)
    return this.#holds.hold()
  }

  /** The change before it in its group is this one. */
  follow(last: LogChange): void {
    const { markers, start, end } = this.#parts
    const own = markers.buffer.subarray(start, end)
    const other = last.#parts
    if (other.end - other.start !== own.length) return
    if (own.compare(other.markers.buffer, other.start, other.end) === 0)
      this.ordinal = last.ordinal + 1
  }

  /** The marker that it is a view of. */
  read(): Marker {
    if (this.#marker === undefined) {
      const { markers, index } = this.#parts
      markers.scanMarker(index, scanner)
      this.#marker = readMarker(markers.buffer, scanner)
    }
    return this.#marker
  }

  get #tickText(): string {
    const { markers, start, end } = this.#parts
    return markers.buffer.toString('latin1', start, end)
  }

  /** The key of a document whose data begins with it, written plainly and in ASCII. */
  #plainKey(): string | undefined {
    const { markers, dataStart, kind } = this.#parts
    if (dataStart < 0 || !DOCUMENT_KINDS.has(kind)) return undefined
    const { buffer } = markers
    const start = dataStart + KEY_FIRST.length
    if (buffer.compare(KEY_FIRST, 0, KEY_FIRST.length, dataStart, start) !== 0) return undefined
    let offset = start
    while (offset < buffer.length && isPlain(buffer[offset] as number)) offset += 1
    if (buffer[offset] !== QUOTE || offset === start) return undefined
    return buffer.toString('latin1', start, offset)
  }
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH
}
