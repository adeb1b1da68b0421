import type { DumpChunk, StoreCollection, StoreSnapshot } from '../../store/index.js'
import type { Revision } from '../../values/index.js'
import type { BatchBody, DumpBatch, FindBatch } from './dump-batch.js'

/**
 * Finds batches of documents as the store has them, one a line: no byte of them is looked at.
 *
 * @param snapshot - held by whoever finds, and by whoever opens
 */
export function createLinesFinder(snapshot: StoreSnapshot): FindBatch {
  return async ({ collection, after, batchBytes, docsPerBatch }, signal) => {
    const range = { after, form: 'bare', chunkBytes: batchBytes, countMax: docsPerBatch } as const
    const chunk = await snapshot.findChunk(collection, { ...range, signal })
    const { last, hasMore } = chunk
    if (last === undefined) {
      chunk.release()
      return { batch: undefined, next: undefined }
    }
    const batch = new LinesBatch({ snapshot, collection, after, through: last, chunk })
    return { batch, next: hasMore ? last : undefined }
  }
}

interface LinesBatchParts {
  readonly snapshot: StoreSnapshot
  readonly collection: StoreCollection
  readonly after: Revision | undefined
  readonly through: Revision
  readonly chunk: DumpChunk
}

class LinesBatch implements DumpBatch {
  readonly collection: StoreCollection
  readonly #place: Omit<LinesBatchParts, 'chunk'>
  readonly #bytes: number
  #held: DumpChunk | undefined

  constructor({ chunk, ...place }: LinesBatchParts) {
    this.collection = place.collection
    this.#place = place
    this.#bytes = chunk.bytes
    this.#held = chunk
  }

  open(signal: AbortSignal): BatchBody {
    const bytes = this.#bytes
    const held = this.#held
    this.#held = undefined
    if (held === undefined) {
      const { snapshot, collection, after, through } = this.#place
      const blocks = snapshot.readLines(collection, { after, through, form: 'bare', signal })
      return { bytes, blocks, close: () => undefined }
    }
    const close = (isWhole: boolean): void => {
      // What was sent whole was handed over to the last byte; else a socket may still read it.
      if (isWhole) held.reuse()
      else held.release()
    }
    return { bytes, blocks: held.blocks(), close }
  }

  drop(): void {
    this.#held?.release()
    this.#held = undefined
  }
}
