import { CHUNK_BYTES } from '../core/index.js'
import type { LineFormat } from './line-format.js'

const BLOCK_BYTES_MIN = 4096

/** How {@link LineBlocks} gets its memory. */
export interface LineBlocksOptions {
  readonly format: LineFormat
  /** About how many bytes will come; smaller collections get smaller blocks. */
  readonly bytesExpected: number
  /** Undefined refuses. */
  readonly allocate: (bytes: number) => Buffer | undefined
}

/** Collects lines in blocks of about `CHUNK_BYTES`, each of whole lines. */
export class LineBlocks {
  readonly #format: LineFormat
  readonly #allocate: LineBlocksOptions['allocate']
  #bytesExpected: number
  #block: Buffer | undefined
  #position = 0
  #ready: Buffer[] = []

  constructor({ format, bytesExpected, allocate }: LineBlocksOptions) {
    this.#format = format
    this.#allocate = allocate
    this.#bytesExpected = bytesExpected
  }

  /** True when at least one block is full. */
  get hasReady(): boolean {
    return this.#ready.length > 0
  }

  /**
   * Adds the line of the document that the format measured last.
   *
   * @returns false when there was no memory for it
   */
  add(lineBytes: number, bytes: Uint8Array, length: number): boolean {
    let block = this.#block
    if (block === undefined || this.#position + lineBytes > block.length) {
      block = this.#nextBlock(lineBytes)
      if (block === undefined) return false
    }
    this.#format.write(block, this.#position, bytes, length)
    this.#position += lineBytes
    return true
  }

  /** Takes the full blocks. */
  takeReady(): Buffer[] {
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  /** Takes everything; nothing can be added afterwards that keeps the order. */
  takeAll(): Buffer[] {
    this.#finishBlock()
    return this.takeReady()
  }

  #nextBlock(lineBytes: number): Buffer | undefined {
    this.#finishBlock()
    const usual = Math.min(CHUNK_BYTES, Math.max(BLOCK_BYTES_MIN, this.#bytesExpected))
    this.#block = this.#allocate(Math.max(usual, lineBytes))
    return this.#block
  }

  #finishBlock(): void {
    if (this.#block === undefined) return
    if (this.#position > 0) this.#ready.push(this.#block.subarray(0, this.#position))
    this.#bytesExpected -= this.#position
    this.#block = undefined
    this.#position = 0
  }
}
