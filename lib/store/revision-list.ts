import type { RevisionBounds } from '../merkle/index.js'
import { joinLanes, type Lanes } from '../values/index.js'

const REVISIONS_FIRST = 16

/** Revisions in memory that doubles: most writes have one, a few have a thousand. */
export class RevisionList {
  #words = new BigUint64Array(REVISIONS_FIRST)
  #lanes = new Uint32Array(this.#words.buffer)
  #length = 0

  /** Revisions in the list. */
  get length(): number {
    return this.#length
  }

  /** The revisions, in the list's own memory, until the next one comes. */
  get revisions(): BigUint64Array {
    return this.#words.subarray(0, this.#length)
  }

  /** Appends a revision. */
  push({ high, low }: Readonly<Lanes>): void {
    if (this.#length === this.#words.length) this.#grow()
    this.#lanes[2 * this.#length] = low
    this.#lanes[2 * this.#length + 1] = high
    this.#length += 1
  }

  /** Sets both lanes of `out` to those of a revision. */
  read(index: number, out: Lanes): void {
    out.low = this.#lanes[2 * index] as number
    out.high = this.#lanes[2 * index + 1] as number
  }

  /** The lowest and the highest of at least one revision. */
  bounds(): RevisionBounds {
    const revision: Lanes = { high: 0, low: 0 }
    const lowest: Lanes = { high: 0, low: 0 }
    const highest: Lanes = { high: 0, low: 0 }
    this.read(0, lowest)
    this.read(0, highest)
    for (let index = 1; index < this.#length; index += 1) {
      this.read(index, revision)
      if (isBelow(revision, lowest)) this.read(index, lowest)
      else if (isBelow(highest, revision)) this.read(index, highest)
    }
    return { lowest: joinLanes(lowest), highest: joinLanes(highest) }
  }

  #grow(): void {
    const words = new BigUint64Array(2 * this.#words.length)
    words.set(this.#words)
    this.#words = words
    this.#lanes = new Uint32Array(words.buffer)
  }
}

function isBelow(a: Lanes, b: Lanes): boolean {
  return a.high === b.high ? a.low < b.low : a.high < b.high
}
