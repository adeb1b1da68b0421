import type { LoggedCollection } from '../../replica/index.js'
import type { MarkerChunk } from '../../streams/index.js'
import { MARKER_TYPE, MarkerScanner, readMarker, type Marker } from '../../wire/index.js'
import type { TailNames } from './tail-item.js'

const TYPE_NAME = Buffer.from('"type":')
/** What the lines of collections, and of views, have and those of documents mostly have not. */
const HINTS = [Buffer.from('"type":20'), Buffer.from('"type":211')]
const ZERO = 0x30
const NINE = 0x39
/** Names that are kept of what was dropped, since what tells of it may be read later. */
const DROPPED_MAX = 10_000

const TELLING: ReadonlySet<number> = new Set([
  MARKER_TYPE.createCollection,
  MARKER_TYPE.renameCollection,
  MARKER_TYPE.changeCollection,
  MARKER_TYPE.createView,
  MARKER_TYPE.changeView,
])
const DROPS: ReadonlySet<number> = new Set([MARKER_TYPE.dropCollection, MARKER_TYPE.dropView])

/**
 * Names by globallyUniqueId: those of an inventory, and what the markers that pass tell. A chunk is
 * learned as a whole before it is emitted, so what is renamed in it has its later name all through.
 */
export class CollectionNames implements TailNames {
  readonly #database: string | undefined
  readonly #names = new Map<string, string>()
  readonly #dropped = new Set<string>()
  readonly #scanner = new MarkerScanner()

  /** @param database - name of the database that is followed; undefined where all are */
  constructor(database: string | undefined, collections: readonly LoggedCollection[] = []) {
    this.#database = database
    for (const { globallyUniqueId, name } of collections) this.#names.set(globallyUniqueId, name)
  }

  collectionName({ globallyUniqueId }: { globallyUniqueId?: string }): string | undefined {
    return globallyUniqueId === undefined ? undefined : this.#names.get(globallyUniqueId)
  }

  databaseName(marker: Marker): string | undefined {
    return marker.databaseName ?? this.#database
  }

  /**
   * Learns what a chunk tells. Definitions are rare, so their lines are searched for, not scanned
   * one after the other.
   *
   * @throws MarkerLineError when a line that seems to tell something is not a marker
   */
  learn(chunk: MarkerChunk): void {
    if (chunk.lineCount === 0) return
    if (!isCompact(chunk)) {
      for (let index = 0; index < chunk.lineCount; index += 1) this.#learnLine(chunk, index)
      return
    }
    const lines = HINTS.flatMap((hint) => [...linesWith(chunk, hint)])
    for (const index of lines.sort((a, b) => a - b)) this.#learnLine(chunk, index)
  }

  #learnLine(chunk: MarkerChunk, index: number): void {
    const scanner = this.#scanner
    if (!chunk.scanMarker(index, scanner)) return
    if (!TELLING.has(scanner.type) && !DROPS.has(scanner.type)) return
    const marker = readMarker(chunk.buffer, scanner)
    const id = 'globallyUniqueId' in marker ? marker.globallyUniqueId : undefined
    if (id === undefined) return
    if (DROPS.has(scanner.type)) this.#forgetLater(id)
    else if ('data' in marker && marker.data !== undefined) this.#rename(id, nameOf(marker.data))
  }

  #rename(id: string, name: string | undefined): void {
    if (name === undefined) return
    this.#dropped.delete(id)
    this.#names.set(id, name)
  }

  #forgetLater(id: string): void {
    if (!this.#names.has(id)) return
    this.#dropped.add(id)
    if (this.#dropped.size <= DROPPED_MAX) return
    const [oldest = ''] = this.#dropped
    this.#dropped.delete(oldest)
    this.#names.delete(oldest)
  }
}

/** Tells whether the lines have no spaces between names and values; a leader writes all alike. */
function isCompact({ buffer, offsets }: MarkerChunk): boolean {
  const start = buffer.indexOf(TYPE_NAME, offsets[0])
  const digit = buffer[start + TYPE_NAME.length] ?? 0
  return start >= 0 && start < (offsets[1] as number) && digit >= ZERO && digit <= NINE
}

/** The lines that have these bytes somewhere. */
function* linesWith({ buffer, offsets, lineCount }: MarkerChunk, bytes: Buffer): Generator<number> {
  let index = 0
  let found = buffer.indexOf(bytes)
  while (found >= 0 && index < lineCount) {
    while ((offsets[index + 1] as number) <= found) index += 1
    yield index
    found = buffer.indexOf(bytes, offsets[index + 1])
  }
}

function nameOf(data: Buffer): string | undefined {
  const { name } = JSON.parse(data.toString('utf8')) as { readonly name?: unknown }
  return typeof name === 'string' ? name : undefined
}
