import type { Scratch, ScratchTable } from '../../store/index.js'

/** Longer ones cannot be ids: a name has 256 bytes at most, a key 254. */
const ID_BYTES_MAX = 1024

/** Ids of documents that were reached, and in which step; kept on the disk. */
export class ReachedDocuments {
  readonly #table: ScratchTable

  constructor(scratch: Scratch) {
    this.#table = scratch.table('reached')
  }

  get count(): number {
    return this.#table.size
  }

  has(id: string): boolean {
    return this.stepOf(id) !== undefined
  }

  /** 0 for a document to begin at; undefined for one that was not reached. */
  stepOf(id: string): number | undefined {
    const key = Buffer.from(id)
    if (key.length === 0 || key.length > ID_BYTES_MAX) return undefined
    return this.#table.get(key)?.readUInt32BE(0)
  }

  /**
   * Notes that a document was reached; one that was reached before keeps its step.
   *
   * @returns to be awaited where there is a promise
   */
  add(id: string, step: number): void | Promise<void> {
    const key = Buffer.from(id)
    if (key.length === 0 || key.length > ID_BYTES_MAX || this.#table.get(key) !== undefined)
      return undefined
    const value = Buffer.alloc(4)
    value.writeUInt32BE(step)
    return this.#table.put(key, value)
  }
}
