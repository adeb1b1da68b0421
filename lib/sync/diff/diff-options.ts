import type { CollectionSelection } from '../select-collections.js'
import type { Difference } from './difference.js'

/** How two collections are compared: by their revisions, or by reading all of both. */
export type DiffMethod = 'revision' | 'content'

/** How {@link diffReplicas} compares. */
export interface DiffOptions extends CollectionSelection {
  /**
   * `revision`, the default, fetches only documents whose revision is on one side only; a collection
   * that cannot be compared so is compared by content, and a warning says why. `content` reads both
   * sides whole and leaves `_rev` out, for copies whose documents have revisions of their own.
   */
  readonly by?: DiffMethod | undefined
  /**
   * Attributes that are not compared, in the notation of {@link formatPath}: `_rev`, `address.city`.
   * They go through arrays: `items.price` is the price of every item. Documents that differ in
   * nothing else are no difference. `_id`, which follows from collection and key, is never compared.
   */
  readonly ignore?: readonly string[] | undefined
  /** Differences that are told over the whole run, at least 1; then it stops. Default: no limit. */
  readonly limit?: number | undefined
  /** Threads that build trees where a replica keeps none. Default: `availableParallelism()`. */
  readonly workers?: number | undefined
  /**
   * Bytes that the comparison may hold; documents beyond it wait for their other side in a temporary
   * file. Default: `IN_FLIGHT_BYTES_MAX`.
   */
  readonly maxInFlightBytes?: number | undefined
  /** Ends the comparison with an error. */
  readonly signal?: AbortSignal | undefined
  /**
   * Gets the differences, one at a time: the next one comes when its promise is resolved, and nothing
   * is read meanwhile but for read-ahead. What it throws ends the comparison.
   */
  readonly onDifference?: ((difference: Difference) => void | Promise<void>) | undefined
}
