import { CHUNK_BYTES } from '../../core/index.js'
import { planArray, writeCompoundHead, type CompoundPlan } from './compound-plan.js'

const EMPTY_ARRAY = 0x01

/**
 * A VelocyPack array that is gathered value by value. It is held until all are there, because its
 * length stands first; the values lie one after the other in blocks, not each in a buffer of its own.
 */
export class SliceArray {
  readonly #blocks: Buffer[] = []
  /** The last block, and how much of it is used. */
  #block = Buffer.alloc(0)
  #blockBytes = 0
  readonly #lengths: number[] = []
  #itemsBytes = 0

  /** Values in the array. */
  get count(): number {
    return this.#lengths.length
  }

  /** Bytes of all values. */
  get itemsBytes(): number {
    return this.#itemsBytes
  }

  /** Adds a copy of a value. */
  add(slice: Buffer): void {
    if (this.#blockBytes + slice.length > this.#block.length) this.#beginBlock(slice.length)
    this.#blockBytes += slice.copy(this.#block, this.#blockBytes)
    this.#itemsBytes += slice.length
    this.#lengths.push(slice.length)
  }

  /** The bytes of the array; nothing can be added any more. */
  toBlocks(): Buffer[] {
    if (this.count === 0) return [Buffer.of(EMPTY_ARRAY)]
    this.#endBlock()
    const [first] = this.#lengths
    const isUniform = this.#lengths.every((length) => length === first)
    const plan = planArray(this.count, this.#itemsBytes, isUniform)
    const head = Buffer.alloc(plan.itemsStart)
    writeCompoundHead(plan, head, 0)
    return [head, ...this.#blocks, this.#formatTable(plan)]
  }

  #beginBlock(bytes: number): void {
    this.#endBlock()
    this.#block = Buffer.allocUnsafeSlow(Math.max(bytes, CHUNK_BYTES))
    this.#blockBytes = 0
  }

  #endBlock(): void {
    if (this.#blockBytes > 0) this.#blocks.push(this.#block.subarray(0, this.#blockBytes))
    this.#blockBytes = 0
  }

  /** Where the values begin, measured from the head; empty where the layout needs none. */
  #formatTable({ itemsStart, tableWidth }: CompoundPlan): Buffer {
    if (tableWidth === 0) return Buffer.alloc(0)
    const table = Buffer.allocUnsafe(tableWidth * this.count)
    let start = itemsStart
    let offset = 0
    for (const length of this.#lengths) {
      offset = table.writeUIntLE(start, offset, tableWidth)
      start += length
    }
    return table
  }
}
