import type { MerkleTree } from '../merkle-tree.js'

/**
 * A form of a revision tree as JSON text (merkle notes, sections 5 and 6).
 *
 * - `documented`: all levels from the root down, hashes as text; what the documentation promises.
 * - `transitional`: the same with `initialRangeMin`; early 3.8.
 * - `current`: every leaf, hashes as numbers; servers since 3.10.
 * - `onlyPopulated`: leaves that have something; runs of others as `{}` or `{"skip":k}`.
 * - `onlyPopulatedWithoutSkip`: one `{}` for each leaf that has nothing; 3.9.
 */
export type TreeForm =
  'documented' | 'transitional' | 'current' | 'onlyPopulated' | 'onlyPopulatedWithoutSkip'

/** A tree that was read from JSON text, and in which form it was written. */
export interface ReadTree {
  /**
   * Some texts are the same in several forms: one with every leaf populated is `current`, one whose
   * gaps are all single leaves `onlyPopulatedWithoutSkip`.
   */
  readonly form: TreeForm
  readonly tree: MerkleTree
}

/** A tree that was read from one of the binary forms. */
export interface ReadBinaryTree {
  readonly form: 'binary'
  readonly tree: MerkleTree
}
