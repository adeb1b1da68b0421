import type { BuildProgress, MerklePool } from '../merkle/index.js'
import type { EntryChunk } from '../streams/index.js'
import type { Revision, RevisionRange } from '../values/index.js'
import type { OperationOptions } from './operation.js'

/** How an inventory is read. */
export interface InventoryOptions extends OperationOptions {
  /** The only collection whose size is of interest; others may come without. Default: all are. */
  readonly sizeOf?: string | undefined
}

/** How a collection's dump reads. */
export interface DumpOptions extends OperationOptions {
  /** Bytes that the dump may hold at one time. Default: `IN_FLIGHT_BYTES_MAX`. */
  readonly maxInFlightBytes?: number | undefined
  /** As {@link SeekOptions.onTransfer}. */
  readonly onTransfer?: ((bytes: number) => void) | undefined
}

/** How a collection's tree builds. */
export interface TreeOptions extends OperationOptions {
  /** Does the work; whoever made it closes it. */
  readonly pool: MerklePool
  /**
   * Where the tree's first range shall begin, so that its leaves fall on those of another tree.
   * Revisions that cannot be held from there make it 0: look at the tree. Default: what the replica
   * or the collection's definition says, else the first revision.
   */
  readonly initialRangeMin?: bigint | undefined
  /**
   * Called now and then while data is read, the last time with the totals; a second reading counts
   * from 0 again.
   */
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined
  /** As {@link SeekOptions.onTransfer}. */
  readonly onTransfer?: ((bytes: number) => void) | undefined
}

/** How {@link RevisionAccess} reads. */
export interface SeekOptions extends OperationOptions {
  /** Bytes of documents that may be held at one time. Default: `IN_FLIGHT_BYTES_MAX`. */
  readonly maxInFlightBytes?: number | undefined
  /** Called with the bytes of bodies, of requests and answers, as they cross the wire. */
  readonly onTransfer?: ((bytes: number) => void) | undefined
}

/** Looks up revisions and documents of one collection inside a snapshot. Pull-driven. */
export interface RevisionAccess {
  /**
   * Revisions inside the ranges, ascending, in blocks of 1 to 65,536.
   *
   * @param ranges - ascending and disjoint
   */
  revisions(ranges: readonly RevisionRange[], options?: SeekOptions): AsyncIterable<BigUint64Array>
  /**
   * The documents that have the revisions, in their order, as chunks of bare lines; those that are
   * gone are left out.
   *
   * @param revisions - ascending, in blocks of any size
   */
  documents(
    revisions: AsyncIterable<BigUint64Array> | Iterable<BigUint64Array>,
    options?: SeekOptions,
  ): AsyncIterable<DumpedChunk>
}

/** A chunk of entries, and how far reading has come in the units of {@link CollectionSize}. */
export interface DumpedChunk {
  readonly chunk: EntryChunk
  /** Bytes read for this chunk, in the unit of {@link CollectionSize.bytes}. */
  readonly readBytes: number
  /**
   * True where each document of the chunk is in no other one, and nothing is removed: such chunks may
   * be written in any order, several at one time.
   */
  readonly isApart?: boolean | undefined
}

/** A document's key and the text of its `_rev`, as `formatRevision` writes it. */
export interface KeyedRevision {
  readonly key: string
  readonly rev: string
}

/** Which keys are read, in the order of the bytes of their UTF-8 text. */
export interface KeyRange {
  /** Only keys above this one; undefined begins with the lowest. */
  readonly after?: string | undefined
  /** The last key, included; undefined goes to the end. */
  readonly through?: string | undefined
}

/** Some documents that follow each other by key. */
export interface KeyChunk {
  /** Its place among the chunks. */
  readonly index: number
  /** The first key of it. */
  readonly low: string
  /** The last key of it. */
  readonly high: string
  /** Documents in it; undefined for the last one. */
  readonly count: number | undefined
  /** As `KeysHash` computes it, if the replica has the same hash: 64 bits. */
  readonly hash: bigint
}

/** A document that is wanted of a {@link KeyChunk}. */
export interface WantedDocument {
  /** 0-based place in the list of the chunk's keys. */
  readonly position: number
  /** The one that the list tells. */
  readonly revision: Revision
}

/** Compares one collection inside a snapshot in chunks by key: the way of servers before 3.8. */
export interface KeyAccess {
  /** Documents in the collection, as the replica counts them. */
  readonly count: number
  /** All chunks, in the order of the bytes of their keys. */
  chunks(options?: SeekOptions): Promise<readonly KeyChunk[]>
  /** Keys and revisions of a chunk, in order. */
  keys(chunk: KeyChunk, options?: SeekOptions): Promise<readonly KeyedRevision[]>
  /**
   * Documents of a chunk, as chunks of bare lines.
   *
   * @param wanted - their places in the list of its keys, ascending
   */
  documents(
    chunk: KeyChunk,
    wanted: readonly WantedDocument[],
    options?: SeekOptions,
  ): AsyncIterable<DumpedChunk>
  /** Gives back what the replica holds for it. Does not fail. */
  close(): Promise<void>
}
