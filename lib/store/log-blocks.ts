import { CHUNK_BYTES } from '../core/index.js'
import type { LogPattern } from './log-pattern.js'
import type { LogRow } from './log-scan.js'

const BLOCK_BYTES_MIN = 4096

/** Where lines end that may have to be taken back to. */
export interface BlocksMark {
  readonly blocks: number
  /** Position in the last of the blocks. */
  readonly position: number
  readonly bytes: number
}

/** Collects the lines of markers in blocks of about `CHUNK_BYTES`, each of whole lines. */
export class LogBlocks {
  readonly #allocate: (bytes: number) => boolean
  readonly #blocks: { readonly memory: Buffer; end: number }[] = []
  #bytes = 0

  /** @param allocate - asked for each block; false where there is no memory for it */
  constructor(allocate: (bytes: number) => boolean) {
    this.#allocate = allocate
  }

  /** Bytes of all lines. */
  get bytes(): number {
    return this.#bytes
  }

  /** Where the last line ends. */
  get mark(): BlocksMark {
    const position = this.#blocks.at(-1)?.end ?? 0
    return { blocks: this.#blocks.length, position, bytes: this.#bytes }
  }

  /**
   * Adds the line of a marker.
   *
   * @returns false when there was no memory for it
   */
  add(pattern: LogPattern, row: LogRow): boolean {
    pattern.setTick(row.high, row.low)
    const { front, back } = pattern
    const lineBytes = front.length + row.dataEnd - row.dataStart + back.length
    const block = this.#blockFor(lineBytes)
    if (block === undefined) return false
    const { memory } = block
    memory.set(front, block.end)
    block.end += front.length
    memory.set(row.bytes.subarray(row.dataStart, row.dataEnd), block.end)
    block.end += row.dataEnd - row.dataStart
    memory.set(back, block.end)
    block.end += back.length
    this.#bytes += lineBytes
    return true
  }

  /** Takes back every line behind a mark. */
  cut({ blocks, position, bytes }: BlocksMark): void {
    this.#blocks.length = blocks
    const last = this.#blocks.at(-1)
    if (last !== undefined) last.end = position
    this.#bytes = bytes
  }

  /** The lines, none of the blocks empty. */
  built(): Buffer[] {
    return this.#blocks.map(({ memory, end }) => memory.subarray(0, end))
  }

  #blockFor(lineBytes: number): { readonly memory: Buffer; end: number } | undefined {
    const last = this.#blocks.at(-1)
    if (last !== undefined && last.end + lineBytes <= last.memory.length) return last
    const usual =
      last === undefined ? BLOCK_BYTES_MIN : Math.min(2 * last.memory.length, CHUNK_BYTES)
    const size = Math.max(usual, lineBytes)
    if (!this.#allocate(size)) return undefined
    const block = { memory: Buffer.allocUnsafeSlow(size), end: 0 }
    this.#blocks.push(block)
    return block
  }
}
