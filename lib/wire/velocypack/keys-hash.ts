import { joinLanes, type Lanes } from '../../values/index.js'
import { hashVelocyPackString } from './hash-string.js'

/** What the hash of no documents is (server notes, section 7). */
const START_LOW = 0x12345678

/**
 * The hash of a chunk of documents in the older way of incremental sync: 0x012345678 XOR the hashes
 * of every key and of every revision's text (server notes, section 7).
 */
export class KeysHash {
  readonly #one: Lanes = { high: 0, low: 0 }
  #high = 0
  #low = START_LOW

  /**
   * Adds a document.
   *
   * @param key - the document's `_key`
   * @param revision - its `_rev`, as `formatRevision` writes it
   */
  add(key: string, revision: string): void {
    this.#addText(key)
    this.#addText(revision)
  }

  /** The hash so far: 64 bits. */
  get value(): bigint {
    return joinLanes({ high: this.#high, low: this.#low })
  }

  #addText(text: string): void {
    hashVelocyPackString(text, this.#one)
    this.#high = (this.#high ^ this.#one.high) >>> 0
    this.#low = (this.#low ^ this.#one.low) >>> 0
  }
}
