/** One chunk may take a quarter of what all have, so that a large one leaves room for others. */
const SHARE = 4

/** Memory that one chunk holds. */
export interface HeldBytes {
  /** Asks for memory; false when there is none left. */
  take(bytes: number): boolean
  /** Gives all of it back; does nothing the second time. */
  release(): void
}

/** The memory that dump chunks may hold between being found and being sent, all together. */
export class ChunkBudget {
  readonly #shareBytes: number
  #freeBytes: number

  /** @param bytesMax - of all chunks together */
  constructor(bytesMax: number) {
    this.#freeBytes = bytesMax
    this.#shareBytes = bytesMax / SHARE
  }

  /** Bytes that nobody holds. */
  get freeBytes(): number {
    return this.#freeBytes
  }

  /** Begins a chunk that holds nothing yet. */
  begin(): HeldBytes {
    let heldBytes = 0
    return {
      take: (bytes) => {
        if (heldBytes + bytes > this.#shareBytes || bytes > this.#freeBytes) return false
        heldBytes += bytes
        this.#freeBytes -= bytes
        return true
      },
      release: () => {
        this.#freeBytes += heldBytes
        heldBytes = 0
      },
    }
  }
}
