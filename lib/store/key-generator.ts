import { randomUUID } from 'node:crypto'
import { unreachable } from '../core/index.js'
import type { HybridClock } from '../values/index.js'
import type { KeyOptions } from './key-options.js'
import { refusedDocument } from './refused-document.js'

const U64_MAX = 2n ** 64n - 1n
const PADDED_DIGITS = 16
const DECIMAL = /^\d{1,20}$/

/** What a {@link KeyGenerator} asks. */
export interface KeyGeneratorParts {
  readonly clock: HybridClock
  readonly isTaken: (key: string) => boolean
}

/** Gives the keys of the new documents of one collection, as its `keyOptions` want them. */
export class KeyGenerator {
  readonly #options: KeyOptions
  readonly #parts: KeyGeneratorParts
  #last: bigint

  /** @param last - the highest key of `autoincrement` that was given or made */
  constructor(options: KeyOptions, last: bigint, parts: KeyGeneratorParts) {
    this.#options = options
    this.#parts = parts
    this.#last = last
  }

  /** The highest key of `autoincrement` so far. */
  get last(): bigint {
    return this.#last
  }

  /**
   * Makes a key that no document has.
   *
   * @throws StoreError `ERR_KEYS_USED_UP`
   */
  make(): string {
    for (;;) {
      const key = this.#next()
      if (!this.#parts.isTaken(key)) return key
    }
  }

  /** Whether keys are counted: then it has to be told of every key that a document gets. */
  get counts(): boolean {
    return this.#options.type === 'autoincrement'
  }

  /**
   * Takes note of the key that a new document came with. Where keys are counted there are no others
   * than numbers, as in ArangoDB.
   *
   * @throws StoreError `ERR_KEY_UNEXPECTED` where keys are only made, `ERR_KEY_INVALID`
   */
  take(key: string): string {
    if (!this.#options.allowsUserKeys) {
      throw refusedDocument('ERR_KEY_UNEXPECTED', 'the collection makes all keys itself')
    }
    if (this.counts && !/^\d+$/.test(key)) {
      throw refusedDocument('ERR_KEY_INVALID', 'its "_key" is no number, and the collection counts')
    }
    return this.note(key)
  }

  /** As {@link take}, of a document that comes from another replica. */
  note(key: string): string {
    if (this.counts && DECIMAL.test(key)) this.#raise(BigInt(key))
    return key
  }

  #next(): string {
    const { clock } = this.#parts
    const { type } = this.#options
    switch (type) {
      case 'traditional':
        return clock.next().toString()
      case 'padded':
        return clock.next().toString(16).padStart(PADDED_DIGITS, '0')
      case 'uuid':
        return randomUUID()
      case 'autoincrement':
        return this.#increment().toString()
      default:
        return unreachable(type, 'type of keys')
    }
  }

  /** The next number above the last one that is the offset and whole increments. */
  #increment(): bigint {
    const { increment, offset } = this.#options
    const last = this.#last
    const next = last < offset ? offset : last + increment - ((last - offset) % increment)
    if (next > U64_MAX) throw refusedDocument('ERR_KEYS_USED_UP', 'all keys were used')
    this.#last = next
    return next
  }

  #raise(value: bigint): void {
    if (value > this.#last && value <= U64_MAX) this.#last = value
  }
}
