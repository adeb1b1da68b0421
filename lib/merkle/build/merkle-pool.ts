import type { MerkleTree } from '../merkle-tree.js'
import type { BuildOptions, RevisionSource } from './build-options.js'
import { TreePool } from './tree-pool.js'

/** How {@link createMerklePool} makes its threads. */
export interface MerklePoolOptions {
  /** Threads; 0 computes in this one, with the same answers. Default: `availableParallelism()`. */
  readonly workers?: number | undefined
}

/**
 * Threads that build trees. Several trees may be built at a time; they then share the threads. What
 * goes wrong with one tree leaves the others and the pool alone. All methods that build throw
 *
 * - TreeError when a tree cannot have the depth or beginning that was asked for, or cannot grow to hold
 *   a revision (`ERR_TREE_UNDERFLOW`, `ERR_TREE_OVERFLOW`: `initialRangeMin: 0n` holds more)
 * - TreeBuildError when a thread fails or the pool is closed
 * - the signal's reason
 */
export interface MerklePool {
  /** Threads beside the calling one. */
  readonly workers: number

  /**
   * Starts all threads and waits for them, which nobody needs to do.
   *
   * @throws Error when a thread cannot start
   */
  ready(): Promise<void>

  /**
   * Builds the tree of an array. An array in a SharedArrayBuffer is read by the threads where it is,
   * another one is copied block by block.
   */
  buildFromRevisions(revisions: BigUint64Array, options?: BuildOptions): Promise<MerkleTree>

  /**
   * Builds the tree of a stream of dump lines or revisions.
   *
   * @param source - pulled while threads compute; closed when left early
   * @throws DumpLineError, LineTooLongError when a line cannot be used; what the source throws
   */
  buildFromStream(source: RevisionSource, options?: BuildOptions): Promise<MerkleTree>

  /**
   * Builds the tree of the lines of files, gzipped where the name ends in `.gz`. Each thread reads on
   * its own; a plain file is read by several at a time.
   *
   * @throws DumpLineError, LineTooLongError when a line cannot be used: when there are several such
   *   lines, it tells of the one that was seen first
   * @throws TreeBuildError when a file is missing, damaged, or changes its size
   */
  buildFromFiles(paths: readonly string[], options?: BuildOptions): Promise<MerkleTree>

  /** Ends the threads; trees that are being built fail with a TreeBuildError. */
  close(): Promise<void>

  /** Closes, at the end of a block that disposes of what it used. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Makes a pool of threads that build trees. Each starts when it is first needed, and the pool serves any
 * number of trees, one after the other or at a time, with about 6 MB a thread for each; close the pool
 * when done.
 *
 * @throws RangeError when `workers` is not a whole number of 0 or more
 */
export function createMerklePool(options: MerklePoolOptions = {}): MerklePool {
  return new TreePool(options)
}
