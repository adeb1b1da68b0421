/** Memory that one answer holds. */
export interface HeldBytes {
  /** Asks for more; false, and nothing is taken, when so much is not free. */
  take(bytes: number): boolean
  /** Asks for up to so many bytes, and gets what is free of them. */
  takeUpTo(bytes: number): number
  /** Takes more in any case: an answer has at least one document. */
  force(bytes: number): void
  /** Gives all of it back; does nothing the second time. */
  release(): void
}

/**
 * Counts the bytes that answers hold which cannot be streamed, since their length stands before what
 * they say. Such answers may end early, so they do when memory is short.
 */
export class AnswerMemory {
  #freeBytes: number

  /** @param bytesMax - of all answers together */
  constructor(bytesMax: number) {
    this.#freeBytes = bytesMax
  }

  /** Bytes that nobody holds; below 0 when some had to be taken. */
  get freeBytes(): number {
    return this.#freeBytes
  }

  /** Begins an answer that holds nothing yet. */
  begin(): HeldBytes {
    let heldBytes = 0
    const force = (bytes: number): void => {
      heldBytes += bytes
      this.#freeBytes -= bytes
    }
    return {
      force,
      take: (bytes) => {
        if (bytes > this.#freeBytes) return false
        force(bytes)
        return true
      },
      takeUpTo: (bytes) => {
        const granted = Math.max(Math.min(bytes, this.#freeBytes), 0)
        force(granted)
        return granted
      },
      release: () => {
        this.#freeBytes += heldBytes
        heldBytes = 0
      },
    }
  }
}
