import { CHUNK_BYTES } from '../core/index.js'

/** One chunk may take a quarter of what all have, so that a large one leaves room for others. */
const SHARE = 4
/** Blocks of `CHUNK_BYTES` that are kept for later chunks, beside the memory that chunks hold. */
const SPARE_BLOCKS_MAX = 64

/** Memory that one chunk holds. */
export interface HeldMemory {
  /** Asks for a block; undefined when there is no memory left. */
  allocate(bytes: number): Buffer | undefined
  /** Counts it as free again; does nothing the second time. */
  release(): void
  /**
   * Releases it, and keeps its blocks for later chunks: a new block costs a page fault for every
   * page, and garbage collection. Only for blocks that nobody reads any more.
   */
  reuse(): void
}

/** The memory that dump chunks may hold between being found and being sent, all together. */
export class ChunkBudget {
  readonly #shareBytes: number
  readonly #spare: Buffer[] = []
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
  begin(): HeldMemory {
    let heldBytes = 0
    let blocks: Buffer[] = []
    const release = (): void => {
      this.#freeBytes += heldBytes
      heldBytes = 0
    }
    return {
      allocate: (bytes) => {
        if (heldBytes + bytes > this.#shareBytes || bytes > this.#freeBytes) return undefined
        heldBytes += bytes
        this.#freeBytes -= bytes
        const block = this.#block(bytes)
        blocks.push(block)
        return block
      },
      release,
      reuse: () => {
        release()
        for (const block of blocks) this.#keep(block)
        blocks = []
      },
    }
  }

  #block(bytes: number): Buffer {
    const spare = bytes === CHUNK_BYTES ? this.#spare.pop() : undefined
    return spare ?? Buffer.allocUnsafeSlow(bytes)
  }

  #keep(block: Buffer): void {
    if (block.length !== CHUNK_BYTES || this.#spare.length >= SPARE_BLOCKS_MAX) return
    this.#spare.push(block)
  }
}
