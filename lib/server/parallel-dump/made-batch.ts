import { setImmediate as nextTurn } from 'node:timers/promises'
import { CHUNK_BYTES, DOCUMENTS_CHUNK_BYTES_MAX } from '../../core/index.js'
import type { StoreCollection, StoreSnapshot } from '../../store/index.js'
import type { Revision } from '../../values/index.js'
import { drainBlocks } from '../answer.js'
import type { AnswerMemory, HeldBytes } from '../answer-memory.js'
import { growthOf } from './dump-projections.js'
import type { BatchBody, BatchStart, DumpBatch, FindBatch, FoundBatch } from './dump-batch.js'
import { GatheredLines, GatheredSlices, type GatheredDocuments } from './gathered-documents.js'
import { makeDocuments, type DumpSelection } from './make-documents.js'

/** Where most documents may not be wanted, less would be to look at them one by one. */
const FILTERED_BYTES_MIN = 4096

/** How batches are made that are not what the store has. */
export interface MadeBatchOptions extends DumpSelection {
  /** Held by whoever finds, and by whoever opens. */
  readonly snapshot: StoreSnapshot
  /** Whether a batch is one VelocyPack array, and not lines. */
  readonly useVPack: boolean
  /** What all batches together may hold; with less room batches are shorter. */
  readonly memory: AnswerMemory
}

/**
 * Finds batches of documents that are chosen, cut or written otherwise. A batch is held until it is
 * sent; asked for again, it is made again.
 */
export function createMadeFinder(options: MadeBatchOptions): FindBatch {
  return async (start, signal) => {
    const held = options.memory.begin()
    try {
      return await findMade(start, { ...options, held, signal })
    } catch (error) {
      held.release()
      throw error
    }
  }
}

/** What is being made for one batch. */
interface Making extends MadeBatchOptions {
  readonly held: HeldBytes
  readonly signal: AbortSignal
}

async function findMade(start: BatchStart, making: Making): Promise<FoundBatch> {
  const { collection, after } = start
  const { held } = making
  const gathered = gather(making)
  const { through, hasMore } = await fill(gathered, start, making)
  held.release()
  if (gathered.count === 0 || through === undefined) return { batch: undefined, next: undefined }
  held.force(gathered.bytes)
  const batch = new MadeBatch({ ...making, collection, after, through, gathered })
  return { batch, next: hasMore ? through : undefined }
}

/** Goes through the documents until a batch is full, or there are no more. */
async function fill(
  gathered: GatheredDocuments,
  { collection, after, batchBytes, docsPerBatch }: BatchStart,
  making: Making,
): Promise<{ readonly through: Revision | undefined; readonly hasMore: boolean }> {
  const { snapshot, held, signal, conditions } = making
  const bytesMax = held.takeUpTo(Math.min(batchBytes, DOCUMENTS_CHUNK_BYTES_MAX))
  const bytesMin = conditions.length === 0 ? 0 : FILTERED_BYTES_MIN
  // What one piece becomes is bounded too, whatever the projections make of it.
  const { times, headBytes } = growthOf(making.projections)
  const pieceMax = Math.max(Math.floor(CHUNK_BYTES / headBytes), 1)
  let through = after
  for (;;) {
    const wantedBytes = Math.min(Math.max(bytesMax - gathered.bytes, bytesMin), CHUNK_BYTES)
    const chunkBytes = Math.floor(wantedBytes / times)
    const countMax = Math.min(docsPerBatch - gathered.count, pieceMax)
    const range = { after: through, form: 'bare', chunkBytes, countMax, signal } as const
    const piece = await snapshot.findChunk(collection, range)
    await addBlocks(piece.blocks(), gathered, making)
    piece.reuse()
    through = piece.last ?? through
    const isFull = gathered.bytes >= bytesMax || gathered.count >= docsPerBatch
    if (!piece.hasMore || (isFull && gathered.count > 0)) return { through, hasMore: piece.hasMore }
  }
}

async function addBlocks(
  blocks: AsyncIterable<Buffer>,
  gathered: GatheredDocuments,
  { signal, ...selection }: Making,
): Promise<void> {
  for await (const block of blocks) {
    gathered.add(makeDocuments(block, selection))
    await nextTurn()
    signal.throwIfAborted()
  }
}

function gather({ useVPack }: MadeBatchOptions): GatheredDocuments {
  return useVPack ? new GatheredSlices() : new GatheredLines()
}

interface MadeBatchParts extends Making {
  readonly collection: StoreCollection
  readonly after: Revision | undefined
  readonly through: Revision
  readonly gathered: GatheredDocuments
}

class MadeBatch implements DumpBatch {
  readonly collection: StoreCollection
  readonly #parts: Omit<MadeBatchParts, 'gathered' | 'held'>
  readonly #bytes: number
  #found: Pick<MadeBatchParts, 'gathered' | 'held'> | undefined

  constructor({ gathered, held, ...parts }: MadeBatchParts) {
    this.collection = parts.collection
    this.#parts = parts
    this.#bytes = gathered.bytes
    this.#found = { gathered, held }
  }

  async open(signal: AbortSignal): Promise<BatchBody> {
    const { gathered, held } = this.#found ?? (await this.#makeAgain(signal))
    this.#found = undefined
    const blocks = gathered.toBlocks()
    const bytes = blocks.reduce((sum, { length }) => sum + length, 0)
    const close = (): void => {
      held.release()
    }
    return { bytes, blocks: drainBlocks(blocks), close }
  }

  drop(): void {
    this.#found?.held.release()
    this.#found = undefined
  }

  async #makeAgain(signal: AbortSignal): Promise<Pick<MadeBatchParts, 'gathered' | 'held'>> {
    const { snapshot, collection, after, through, memory } = this.#parts
    const held = memory.begin()
    held.force(this.#bytes)
    try {
      const gathered = gather(this.#parts)
      const lines = snapshot.readLines(collection, { after, through, form: 'bare', signal })
      await addBlocks(lines, gathered, { ...this.#parts, held, signal })
      return { gathered, held }
    } catch (error) {
      held.release()
      throw error
    }
  }
}
