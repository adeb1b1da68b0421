import {
  IMPORT_HELD_BYTES,
  IMPORT_TRANSACTION_BYTES,
  IMPORT_TRANSACTION_DOCUMENTS,
} from '../core/index.js'
import type { HeldBytes } from './answer-memory.js'
import type { ImportItem, ItemCutter } from './import-items.js'
import { limitReached } from './request-error.js'

/** Documents of an import that are written together. */
export class ImportBatch {
  /** Of each, as it stands in the body. */
  readonly texts: Buffer[] = []
  /** 1-based: of the line, or of the value in its array. */
  readonly positions: number[] = []
  bytes = 0
  /** Of the blocks that the texts are views into, with all that stands between them. */
  blockBytes = 0
  /** Empty lines in between. */
  emptyCount = 0

  get isFull(): boolean {
    return (
      this.texts.length >= IMPORT_TRANSACTION_DOCUMENTS ||
      this.bytes >= IMPORT_TRANSACTION_BYTES ||
      this.blockBytes >= IMPORT_TRANSACTION_BYTES
    )
  }

  add(text: Buffer, position: number): void {
    this.texts.push(text)
    this.positions.push(position)
    this.bytes += text.length
  }

  /** Adds a copy of all of a batch that follows: empty lines between its texts are not held. */
  append({ texts, positions, emptyCount }: ImportBatch): void {
    for (const [index, text] of texts.entries()) {
      this.add(Buffer.from(text), positions[index] ?? 0)
    }
    this.emptyCount += emptyCount
  }

  /** Takes the first one away; empty when there is none. */
  takeFirst(): Buffer {
    this.positions.shift()
    return this.texts.shift() ?? Buffer.alloc(0)
  }
}

/**
 * Gathers what comes of a body into batches, the last of which may be empty. It holds one batch and
 * what is left of the block: how fast the body comes is for whoever asks for the batches.
 *
 * @param held - where memory for long documents is taken
 * @throws what the blocks throw; what the cutter throws, behind a batch of what came before; RequestError
 *   503 with errorNum 32 for a long document when there is no memory
 */
export async function* gatherBatches(
  blocks: AsyncIterable<Buffer>,
  cutter: ItemCutter,
  held: HeldBytes,
): AsyncGenerator<ImportBatch, void, undefined> {
  const gatherer = new Gatherer()
  let heldBytes = IMPORT_HELD_BYTES
  for await (const block of blocks) {
    yield* gatherer.take(() => cutter.cut(block))
    yield* gatherer.endBlock(block.length)
    // A long document is held as it came and as it is written.
    const neededBytes = 2 * cutter.pendingBytes
    if (neededBytes <= heldBytes) continue
    if (!held.take(neededBytes - heldBytes)) throw limitReached('documents')
    heldBytes = neededBytes
  }
  yield* gatherer.take(() => cutter.finish())
  yield gatherer.batch
}

class Gatherer {
  batch = new ImportBatch()
  #position = 0

  #add(item: ImportItem): void {
    this.#position += 1
    if (item === undefined) this.batch.emptyCount += 1
    else this.batch.add(item, this.#position)
  }

  /** A few bytes keep the block that they came in, so that blocks count as well as documents. */
  *endBlock(bytes: number): Generator<ImportBatch, void, undefined> {
    if (this.batch.texts.length === 0) return
    this.batch.blockBytes += bytes
    if (!this.batch.isFull) return
    yield this.batch
    this.batch = new ImportBatch()
  }

  *take(cut: () => Iterable<ImportItem>): Generator<ImportBatch, void, undefined> {
    try {
      for (const item of cut()) {
        this.#add(item)
        if (!this.batch.isFull) continue
        yield this.batch
        this.batch = new ImportBatch()
      }
    } catch (error) {
      if (this.batch.texts.length > 0) yield this.batch
      throw error
    }
  }
}
