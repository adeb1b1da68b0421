import { hashRevision, type TreeSummary } from '../../merkle/index.js'
import type { WriteResult } from '../../replica/index.js'
import { joinLanes, readRevisionLanes, type Lanes } from '../../values/index.js'
import { decodeText, type DumpLineScanner } from '../../wire/index.js'

const BACKSLASH = 0x5c
const DAY_MS = 24 * 3600 * 1000
/** Bits of a revision below its milliseconds (design, "Time"). */
const COUNTER_BITS = 20n
/** The high lane of `REVISION_END`. */
const HIGH_END = 0x8000_0000

/** Counts documents as they are written, and sums up their revisions as the root of a tree does. */
export class WrittenDocuments {
  #documents = 0
  #removals = 0
  #bytes = 0
  #futureRevisions = 0
  #hasTree = true
  readonly #hash: Lanes = { high: 0, low: 0 }
  readonly #revision: Lanes = { high: 0, low: 0 }
  /** The high lane alone: a bound within a millisecond is near enough. */
  readonly #futureHigh: number

  /** @param nowMs - revisions of more than a day later are counted as of the future */
  constructor(nowMs: number = Date.now()) {
    this.#futureHigh = Number((BigInt(nowMs + DAY_MS) << COUNTER_BITS) >> 32n)
  }

  /** What was counted so far. */
  get result(): WriteResult {
    return {
      documents: this.#documents,
      removals: this.#removals,
      bytes: this.#bytes,
      replacedRevisions: 0,
      futureRevisions: this.#futureRevisions,
    }
  }

  /** Root of the tree of all documents; undefined when there is none that all of them are in. */
  get tree(): TreeSummary | undefined {
    return this.#hasTree ? { count: this.#documents, hash: joinLanes(this.#hash) } : undefined
  }

  /** Counts the entry of the line that was scanned last. */
  add(bytes: Buffer, scanner: DumpLineScanner): void {
    if (scanner.isRemoval) {
      this.#removals += 1
      this.#hasTree = false
      return
    }
    this.#documents += 1
    this.#bytes += scanner.documentEnd - scanner.documentStart
    if (readRevision(bytes, scanner, this.#revision)) this.#addRevision()
    else this.#hasTree = false
  }

  #addRevision(): void {
    const lanes = this.#revision
    if (lanes.high > this.#futureHigh) this.#futureRevisions += 1
    hashRevision(lanes, lanes)
    this.#hash.high = (this.#hash.high ^ lanes.high) >>> 0
    this.#hash.low = (this.#hash.low ^ lanes.low) >>> 0
  }
}

/** Reads `_rev` of the scanned line; false where a tree cannot hold it, or there is none. */
function readRevision(
  bytes: Buffer,
  { revisionStart: start, revisionEnd: end }: DumpLineScanner,
  out: Lanes,
): boolean {
  if (start < 0) return false
  readRevisionLanes(bytes, start, end, out)
  if (isKeepable(out)) return true
  if (!bytes.subarray(start, end).includes(BACKSLASH)) return false
  const decoded = Buffer.from(decodeText(bytes, start, end))
  readRevisionLanes(decoded, 0, decoded.length, out)
  return isKeepable(out)
}

/** `isKeepableRevision` of the lanes: not 0, and below 2^63. */
function isKeepable({ high, low }: Lanes): boolean {
  return (high | low) !== 0 && high < HIGH_END
}
