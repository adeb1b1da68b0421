import type { EntryChunk } from '../../streams/index.js'
import {
  DumpLineError,
  DumpLineScanner,
  SliceArray,
  VelocyPackError,
  VelocyPackWriter,
} from '../../wire/index.js'
import type { WrittenDocuments } from './written-documents.js'

/** Bytes of documents after which an array is closed and the next one is begun, or fewer. */
const ARRAY_BYTES_MAX = 1024 * 1024

/**
 * Gathers documents as VelocyPack arrays, which is what data files of VelocyPack hold one after the
 * other. Where an array ends depends on the documents alone, not on the chunks they come in.
 */
export class DocumentPacker {
  readonly #written: WrittenDocuments
  readonly #arrayBytes: number
  readonly #refuseRemoval: () => Error
  readonly #writer = new VelocyPackWriter({ onRounded: () => (this.#roundings += 1) })
  readonly #scanner = new DumpLineScanner()
  #array = new SliceArray()
  /** Numbers that lost digits, and the documents that they are in. */
  #roundings = 0
  #rounded = 0

  /**
   * @param fileBytes - of one file, where data is split
   * @param refuseRemoval - makes the error for a removal, which such a file cannot tell of
   */
  constructor(
    written: WrittenDocuments,
    fileBytes: number | undefined,
    refuseRemoval: () => Error,
  ) {
    this.#written = written
    this.#arrayBytes = Math.min(fileBytes ?? ARRAY_BYTES_MAX, ARRAY_BYTES_MAX)
    this.#refuseRemoval = refuseRemoval
  }

  /** Documents with numbers that lost digits: VelocyPack holds whole ones of 64 bits, and doubles. */
  get rounded(): number {
    return this.#rounded
  }

  /**
   * Takes the documents of a chunk.
   *
   * @returns the arrays that are full
   * @throws DumpLineError when a line is not an entry, or VelocyPack cannot hold its document: a text
   *   that is not Unicode, a number beyond all doubles
   */
  *add(chunk: EntryChunk): Generator<Buffer> {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (!chunk.scanLine(index, this.#scanner)) continue
      if (this.#scanner.isRemoval) throw this.#refuseRemoval()
      this.#written.add(chunk.buffer, this.#scanner)
      this.#array.add(this.#pack(chunk, index))
      if (this.#array.itemsBytes >= this.#arrayBytes) yield this.#take()
    }
  }

  /** The last array; undefined when there is nothing in it but something before it. */
  finish(): Buffer | undefined {
    const isAll = this.#array.count === this.#written.result.documents
    return this.#array.count > 0 || isAll ? this.#take() : undefined
  }

  #pack(chunk: EntryChunk, index: number): Buffer {
    const { documentStart, documentEnd } = this.#scanner
    const before = this.#roundings
    try {
      const packed = this.#writer.write(chunk.buffer, documentStart, documentEnd)
      if (this.#roundings > before) this.#rounded += 1
      return packed
    } catch (error) {
      if (!(error instanceof VelocyPackError)) throw error
      const reason = `VelocyPack cannot hold its document: ${error.reason}`
      throw new DumpLineError(reason, chunk.place(index), { cause: error })
    }
  }

  #take(): Buffer {
    const array = this.#array
    this.#array = new SliceArray()
    return Buffer.concat(array.toBlocks())
  }
}
