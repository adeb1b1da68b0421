import type { EntryChunk } from '../../streams/index.js'

/** How a tree is built. */
export interface BuildOptions {
  /**
   * From 2 to 8; 6, as the trees of a server, by default. Each thread needs 16 bytes for each of the
   * 8^depth leaves, and so does the tree: 4 MB at depth 6, 256 MB at depth 8.
   */
  readonly depth?: number | undefined
  /**
   * Where the tree's range begins before it grows. Two trees that are to be compared leaf by leaf
   * want the same. Default: the lowest revision of an array, the first one of a stream or of files.
   */
  readonly initialRangeMin?: bigint | undefined
  /** Ends the work, also in the middle of a file, with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Is told every now and then how far the work is; the last time of the totals. */
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined
}

/** How far a tree is built. */
export interface BuildProgress {
  /** Revisions that are in the tree. */
  readonly revisions: number
  /** Bytes that were read: of files as they are stored, of chunks as they came. */
  readonly bytes: number
  /** Removals of an old dump that were passed over; a tree cannot take a document back. */
  readonly removals: number
}

/** What a stream of revisions may be made of: chunks of dump lines, revisions, or both. */
export type RevisionSource = AsyncIterable<EntryChunk | BigUint64Array>
