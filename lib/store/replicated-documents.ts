import type { WriteResult } from '../replica/index.js'
import { joinLanes, revision, type HybridClock } from '../values/index.js'
import type { LineSpan } from '../wire/index.js'
import type { DocumentWriter } from './document-writer.js'
import { readLineRevision } from './line-revision.js'
import { DocumentKey, KeyKey } from './row-keys.js'

const DAY_MS = 24n * 3600n * 1000n
const COUNTER_BITS = 20n

/** What writing documents of any number of collections did so far. */
export class WriteTally {
  documents = 0
  removals = 0
  /** Of the documents' JSON text. */
  bytes = 0
  replacedRevisions = 0
  futureRevisions = 0
  readonly #newest = new DocumentKey()
  readonly #futureBound: DocumentKey

  /** @param nowMs - wall clock */
  constructor(nowMs: number) {
    this.#futureBound = new DocumentKey().setRevision(0, (BigInt(nowMs) + DAY_MS) << COUNTER_BITS)
  }

  /** Counts a revision from the future, and remembers the newest for the clock. */
  note(key: DocumentKey): void {
    if (isAbove(key, this.#futureBound)) this.futureRevisions += 1
    if (isAbove(key, this.#newest)) this.#newest.set(0, key.high, key.low)
  }

  /** Tells the clock of the newest revision that was kept: it gives none below from now on. */
  finish(clock: HybridClock): WriteResult {
    clock.observe(revision(joinLanes(this.#newest)))
    const { documents, removals, bytes, replacedRevisions, futureRevisions } = this
    return { documents, removals, bytes, replacedRevisions, futureRevisions }
  }
}

/** How {@link ReplicatedDocuments} are written. */
export interface ReplicatedDocumentsOptions {
  readonly tally: WriteTally
  /** Whether a document takes its revision away from another one, which is then removed. */
  readonly takesRevisions: boolean
}

/** Writes documents of one collection as they come from another replica, and counts what it does. */
export class ReplicatedDocuments {
  /** To be set before each call. */
  readonly key: KeyKey = new KeyKey()
  readonly #writer: DocumentWriter
  readonly #tally: WriteTally
  readonly #takesRevisions: boolean
  readonly #revisionKey = new DocumentKey()

  constructor(writer: DocumentWriter, { tally, takesRevisions }: ReplicatedDocumentsOptions) {
    this.#writer = writer
    this.#tally = tally
    this.#takesRevisions = takesRevisions
    const { space } = writer.collection
    this.key.space = space
    this.#revisionKey.set(space, 0, 0)
  }

  /**
   * Puts a document under the revision that it comes with, or under a new one where it cannot keep
   * that.
   *
   * @param at - content of the `_rev`; it begins at -1 where there is none
   */
  put(
    bytes: Buffer,
    at: Pick<LineSpan, 'start' | 'end'>,
    document: Pick<LineSpan, 'start' | 'end'>,
  ): void {
    const tally = this.#tally
    const span = { bytes, start: document.start, end: document.end }
    const key = this.#revisionKey
    let length = -1
    if (readLineRevision(bytes, at.start, at.end, key)) {
      length = this.#writer.put(this.key, key, span)
      if (length < 0 && this.#takesRevisions) {
        this.#writer.removeRevision(key)
        tally.removals += 1
        length = this.#writer.put(this.key, key, span)
      }
    }
    if (length >= 0) {
      tally.note(key)
    } else {
      tally.replacedRevisions += 1
      length = this.#writer.putWithNewRevision(this.key, span)
    }
    tally.bytes += length
    tally.documents += 1
  }

  /** Removes the document with the key, if there is one. */
  remove(): void {
    this.#writer.remove(this.key)
    this.#tally.removals += 1
  }
}

function isAbove(a: DocumentKey, b: DocumentKey): boolean {
  return a.high !== b.high ? a.high > b.high : a.low > b.low
}
