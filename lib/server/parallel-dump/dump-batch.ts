import type { StoreCollection } from '../../store/index.js'
import type { Revision } from '../../values/index.js'
import type { StreamedAnswer } from '../answer.js'

/** What a batch is sent as. */
export type BatchBody = Pick<StreamedAnswer, 'bytes' | 'blocks' | 'close'>

/**
 * One batch: documents of one collection from one revision to another. It is a place in a snapshot, of
 * which the same bytes can be read again and again.
 */
export interface DumpBatch {
  readonly collection: StoreCollection
  /**
   * Reads it: what was held when it was found, if it still is, else the snapshot. The caller holds the
   * snapshot until the body is closed.
   */
  open(signal: AbortSignal): BatchBody | Promise<BatchBody>
  /** Lets go of what is held. */
  drop(): void
}

/** Where the next batch begins, and how much it has at most. */
export interface BatchStart {
  readonly collection: StoreCollection
  readonly after: Revision | undefined
  readonly batchBytes: number
  readonly docsPerBatch: number
}

/** What was found at a place. */
export interface FoundBatch {
  /** Undefined where there is nothing left of the collection that is to be dumped. */
  readonly batch: DumpBatch | undefined
  /** Where the next one begins; undefined at the end of the collection. */
  readonly next: Revision | undefined
}

/** Finds a batch and reads it for the first time, as far as there is memory to hold it. */
export type FindBatch = (start: BatchStart, signal: AbortSignal) => Promise<FoundBatch>
