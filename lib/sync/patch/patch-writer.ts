import { randomBytes } from 'node:crypto'
import { OutputFile, unreachable } from '../../core/index.js'
import type { DumpedChunk } from '../../replica/index.js'
import { DumpLineError, DumpLineScanner } from '../../wire/index.js'
import type { Difference } from '../diff/difference.js'
import { formatPatchHeader } from './patch-header.js'
import { DocumentLines, formatDropLine, formatMakeLine } from './patch-lines.js'
import { EMPTY_PATCH, type PatchTotals } from './patch-totals.js'

/** Bytes that are gathered before the file is written to. */
const BLOCK_BYTES = 1024 * 1024

/** The replicas that a patch is about, as addresses without credentials. */
export interface PatchSides {
  /** The one that stays as it is. */
  readonly a: string
  /** The one that the patch makes equal to it. */
  readonly b: string
}

/** Writes differences into a patch, one after the other. */
export interface PatchWriter {
  /**
   * Takes what makes B equal A in one place. Nothing of the difference is kept once the promise
   * has resolved.
   *
   * @throws OutputFileError when the file cannot be written; DumpLineError when a collection that is
   *   only in A has a line that is no document
   */
  write(difference: Difference): Promise<void>
  /** Completes the patch and gives the file its name. */
  finish(signal?: AbortSignal): Promise<PatchTotals>
  /** Takes away what was written; nothing is left. Never rejects. */
  abandon(): Promise<void>
}

/**
 * Begins a patch: dump lines with the name of their collection, which make B equal A. It grows
 * under a name beside it until it is complete. Memory is bounded by two blocks and the document in
 * hand, whatever the differences are.
 *
 * @param path - where the patch is to be; a regular file there is replaced in the end
 * @throws OutputFileError when no file can be made there
 */
export async function createPatchWriter(path: string, sides: PatchSides): Promise<PatchWriter> {
  const file = await OutputFile.create(path)
  const id = randomBytes(16).toString('hex')
  const header = { id, makes: sides.b, equalTo: sides.a }
  try {
    await file.write(formatPatchHeader({ ...header, totals: EMPTY_PATCH }))
  } catch (error) {
    await file.abandon()
    throw error
  }
  const patch = new OpenPatch(file)
  return {
    write: (difference) => patch.write(difference),
    async finish(signal) {
      const totals = await patch.finish()
      await file.overwrite(formatPatchHeader({ ...header, totals }), 0)
      await file.finish(signal)
      return totals
    },
    abandon: () => file.abandon(),
  }
}

class OpenPatch {
  readonly #file: OutputFile
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES)
  readonly #scanner = new DumpLineScanner()
  #blockBytes = 0
  #lines = new DocumentLines('')
  #totals = { ...EMPTY_PATCH }

  constructor(file: OutputFile) {
    this.#file = file
  }

  async write(difference: Difference): Promise<void> {
    const { collection } = difference
    const totals = this.#totals
    switch (difference.kind) {
      case 'different':
        // A document of the same key and revision is taken for the same one, and left as it is.
        if (this.#haveOneRevision(difference.a, difference.b)) {
          await this.#remove(collection, difference.b)
        }
        totals.documents += 1
        return this.#put(this.#linesOf(collection).documentPieces(difference.a))
      case 'onlyInA':
        totals.documents += 1
        return this.#put(this.#linesOf(collection).documentPieces(difference.a))
      case 'onlyInB':
        return this.#remove(collection, difference.b)
      case 'collectionOnlyInA':
        totals.made += 1
        await this.#put([formatMakeLine(difference.definition)])
        return this.#putAll(collection, difference.documents())
      case 'collectionOnlyInB':
        totals.dropped += 1
        return this.#put([formatDropLine(collection)])
      default:
        return unreachable(difference, 'difference')
    }
  }

  async finish(): Promise<PatchTotals> {
    await this.#flush()
    return this.#totals
  }

  #remove(collection: string, document: Buffer): Promise<void> {
    this.#totals.removals += 1
    return this.#put(this.#linesOf(collection).removalPieces(document))
  }

  #haveOneRevision(a: Buffer, b: Buffer): boolean {
    const revision = this.#revisionOf(a)
    return revision !== undefined && this.#revisionOf(b)?.equals(revision) === true
  }

  /** The text of a document's `_rev`; undefined when it has none. */
  #revisionOf(document: Buffer): Buffer | undefined {
    const scanner = this.#scanner
    scanner.scan(document, 0, document.length)
    const { revisionStart, revisionEnd } = scanner
    return revisionStart < 0 ? undefined : document.subarray(revisionStart, revisionEnd)
  }

  async #putAll(collection: string, documents: AsyncIterable<DumpedChunk>): Promise<void> {
    const lines = this.#linesOf(collection)
    const scanner = this.#scanner
    for await (const { chunk } of documents) {
      for (let line = 0; line < chunk.lineCount; line += 1) {
        if (!chunk.scanLine(line, scanner)) continue
        // Its place among the documents would be lost: a patch removes first.
        if (scanner.isRemoval) throw removalError(chunk.place(line))
        this.#totals.documents += 1
        const { documentStart, documentEnd } = scanner
        const pieces = lines.documentPieces(chunk.buffer, documentStart, documentEnd)
        // Most lines fit into the block; only the others have something to wait for.
        if (!this.#keep(pieces)) await this.#put(pieces)
      }
    }
  }

  async #put(pieces: readonly Buffer[]): Promise<void> {
    if (this.#keep(pieces)) return
    await this.#flush()
    if (this.#keep(pieces)) return
    for (const piece of pieces) {
      await this.#file.write(piece)
      this.#totals.bytes += piece.length
    }
  }

  /** Copies the pieces into the block; false when there is no room for them. */
  #keep(pieces: readonly Buffer[]): boolean {
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (this.#blockBytes + bytes > this.#block.length) return false
    for (const piece of pieces) this.#blockBytes += piece.copy(this.#block, this.#blockBytes)
    this.#totals.bytes += bytes
    return true
  }

  async #flush(): Promise<void> {
    const block = this.#block.subarray(0, this.#blockBytes)
    this.#blockBytes = 0
    if (block.length > 0) await this.#file.write(block)
  }

  /** Differences come collection by collection, so one is remembered. */
  #linesOf(collection: string): DocumentLines {
    if (this.#lines.collection !== collection) this.#lines = new DocumentLines(collection)
    return this.#lines
  }
}

function removalError(place: ConstructorParameters<typeof DumpLineError>[1]): DumpLineError {
  return new DumpLineError('it is a removal; load the dump into a store first', place)
}
