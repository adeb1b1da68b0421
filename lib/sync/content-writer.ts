import { TARGET_REQUEST_BYTES, TARGET_REQUEST_KEYS_MAX } from '../core/index.js'
import {
  addResults,
  NOTHING_WRITTEN,
  type TargetRepair,
  type WriteResult,
} from '../replica/index.js'
import { EntryChunk } from '../streams/index.js'
import type { ContentDifference } from './compare-contents.js'
import { LateScratch } from './late-scratch.js'
import { addTotals, NO_TOTALS, type CollectionTotals } from './sync-event.js'

/** What {@link ContentWriter} works with. */
export interface ContentWriterOptions {
  readonly into: Required<Pick<TargetRepair, 'removeKeys' | 'tryWrite'>>
  /** Writes what nothing may stand in the way of any more, and throws where something does. */
  readonly write: (chunk: EntryChunk) => Promise<WriteResult>
  /** Bytes that are gathered for a write. */
  readonly batchBytes: number
  /** Called after each write and each removal with what it did. */
  readonly onMoved: (moved: WriteResult) => void
}

const NEWLINE = Buffer.from('\n')
const REFUSED = 'refused'

/**
 * Writes and removes, in batches, what a comparison of contents found. A document that another one
 * stands in the way of, by a unique index, waits until all others are moved. Those that are left have
 * only each other in their way: they are removed together, and written then. Where the source itself
 * has two that stand in each other's way, all others are written before that is an error.
 */
export class ContentWriter {
  readonly #options: ContentWriterOptions
  readonly #scratch = new LateScratch()
  #kind: 'write' | 'remove' = 'write'
  #documents: Buffer[] = []
  #bytes = 0
  #keys: string[] = []
  #refused = 0
  #totals: CollectionTotals = NO_TOTALS

  constructor(options: ContentWriterOptions) {
    this.#options = options
  }

  /** What was done so far. */
  get totals(): CollectionTotals {
    return this.#totals
  }

  async add({ kind, key, bytes }: ContentDifference): Promise<void> {
    const wanted = kind === 'surplus' ? 'remove' : 'write'
    if (wanted !== this.#kind) await this.#flush()
    this.#kind = wanted
    if (kind === 'surplus') this.#keys.push(key)
    else this.#gather(bytes)
    await this.#flushIfFull()
  }

  /**
   * Moves what is left.
   *
   * @throws what `write` throws of documents that the target refuses for good
   */
  async finish(): Promise<void> {
    await this.#flush()
    if (this.#refused === 0) return
    this.#kind = 'remove'
    for await (const { key } of this.#refusedRows()) {
      this.#keys.push(key.toString())
      await this.#flushIfFull()
    }
    await this.#flush()
    this.#kind = 'write'
    this.#refused = 0
    for (;;) {
      const refused = await this.#writeRefused()
      if (refused === undefined) return
      this.#note(await this.#options.write(refused))
    }
  }

  /** @returns what the target refuses again; of several chunks the first */
  async #writeRefused(): Promise<EntryChunk | undefined> {
    let first: EntryChunk | undefined
    for await (const { value } of this.#refusedRows()) {
      this.#gather(value)
      if (!this.#isFull()) continue
      const refused = await this.#writeLast()
      first ??= refused
    }
    const refused = await this.#writeLast()
    return first ?? refused
  }

  /** Removes what waits on the disk. */
  close(): Promise<void> {
    return this.#scratch.close()
  }

  #gather(bytes: Buffer): void {
    this.#documents.push(Buffer.concat([bytes, NEWLINE]))
    this.#bytes += bytes.length + 1
  }

  #isFull(): boolean {
    const { batchBytes } = this.#options
    const isLarge = this.#bytes >= Math.min(batchBytes, TARGET_REQUEST_BYTES)
    return isLarge || this.#keys.length === TARGET_REQUEST_KEYS_MAX
  }

  async #flushIfFull(): Promise<void> {
    if (this.#isFull()) await this.#flush()
  }

  async #flush(): Promise<void> {
    const { into } = this.#options
    if (this.#keys.length > 0) {
      const removals = await into.removeKeys(this.#keys)
      this.#keys = []
      this.#note({ ...NOTHING_WRITTEN, removals })
    }
    if (this.#documents.length === 0) return
    const { result, refused } = await into.tryWrite(this.#takeChunk())
    this.#note(result)
    if (refused !== undefined) await this.#putAside(refused)
  }

  async #writeLast(): Promise<EntryChunk | undefined> {
    if (this.#documents.length === 0) return undefined
    const { result, refused } = await this.#options.into.tryWrite(this.#takeChunk())
    this.#note(result)
    return refused
  }

  async #putAside(refused: EntryChunk): Promise<void> {
    const table = (await this.#scratch.open()).table(REFUSED)
    for (const entry of refused.lines()) {
      this.#refused += 1
      await table.put(Buffer.from(entry.key), entry.bytes ?? Buffer.alloc(0))
    }
  }

  async *#refusedRows(): AsyncGenerator<{ readonly key: Buffer; readonly value: Buffer }> {
    yield* (await this.#scratch.open()).table(REFUSED).entries()
  }

  #takeChunk(): EntryChunk {
    const offsets = new Uint32Array(this.#documents.length + 1)
    for (const [index, { length }] of this.#documents.entries()) {
      offsets[index + 1] = (offsets[index] as number) + length
    }
    const buffer = Buffer.concat(this.#documents)
    this.#documents = []
    this.#bytes = 0
    return new EntryChunk({ buffer, offsets, firstLineNumber: 1, byteOffset: 0 })
  }

  #note(moved: WriteResult): void {
    this.#totals = addTotals(this.#totals, { ...addResults(NOTHING_WRITTEN, moved), readBytes: 0 })
    this.#options.onMoved(moved)
  }
}
