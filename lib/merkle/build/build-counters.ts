import type { BuildProgress } from './build-options.js'

/* Places among the counters of a workspace. */
const REVISIONS = 0
const BYTES = 1
const REMOVALS = 2
const STOP = 3

/**
 * What a task tells while it runs, and the one thing it is told: to stop. Both sides look at the same
 * memory, so that no message has to find its way between two blocks of work.
 */
export class BuildCounters {
  readonly #words: BigInt64Array

  /** @param words - of a workspace */
  constructor(words: BigInt64Array) {
    this.#words = words
  }

  addRevisions(count: number): void {
    Atomics.add(this.#words, REVISIONS, BigInt(count))
  }

  addBytes(bytes: number): void {
    Atomics.add(this.#words, BYTES, BigInt(bytes))
  }

  addRemovals(count: number): void {
    Atomics.add(this.#words, REMOVALS, BigInt(count))
  }

  /** Asks the task to end at its next pause. */
  stop(): void {
    Atomics.store(this.#words, STOP, 1n)
  }

  /** Tells whether the task shall end. */
  get isStopped(): boolean {
    return Atomics.load(this.#words, STOP) !== 0n
  }

  read(): BuildProgress {
    return {
      revisions: Number(Atomics.load(this.#words, REVISIONS)),
      bytes: Number(Atomics.load(this.#words, BYTES)),
      removals: Number(Atomics.load(this.#words, REMOVALS)),
    }
  }
}
