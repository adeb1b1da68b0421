import { partitionKeys } from './partition-keys.js'
import { RevisionTree, type TreeSummary } from './revision-tree.js'
import { createLeaves } from './tree-leaves.js'
import { createTreeShape, growthStep, type TreeShape, type TreeShapeOptions } from './tree-shape.js'

const EMPTY: TreeSummary = { count: 0, hash: 0n }

/**
 * The revision tree of a collection as servers have it since 3.10 (merkle notes, section 3): leaves
 * of equal width over a range that doubles to either side.
 */
export class MerkleTree extends RevisionTree {
  /**
   * Makes an empty tree, or one as {@link MerkleTree.fromLeaves} makes it.
   *
   * @throws TreeError when no tree can have that shape ({@link createTreeShape})
   */
  constructor(options: TreeShapeOptions, leaves?: Uint32Array, summary?: TreeSummary) {
    const shape = createTreeShape(options)
    if (leaves === undefined) super(shape, createLeaves(shape.depth), EMPTY)
    else super(shape, leaves, summary)
  }

  /**
   * Makes a tree of leaves that are there already.
   *
   * @param leaves - become the tree's own: whoever gives them must not write into them again
   * @param summary - is believed; computed from the leaves when left out
   * @throws TreeError when no tree can have that shape
   * @throws RangeError when the leaves are too few or too many, or have too many revisions
   */
  static fromLeaves(shape: TreeShape, leaves: Uint32Array, summary?: TreeSummary): MerkleTree {
    return new MerkleTree(shape, leaves, summary)
  }

  /** Where the range began when the tree was new. */
  get initialRangeMin(): bigint {
    return this.shape.initialRangeMin
  }

  /** A tree of its own with the same revisions. */
  clone(): MerkleTree {
    return new MerkleTree(this.shape, this.leaves.slice(), this.summary)
  }

  /**
   * Cuts the range into parts of about equally many revisions, each a number of whole leaves.
   *
   * @returns up to `count` pairs, both ends included; but where there is one pair because `count`
   *   is 1 or less or the tree is empty, its second is `rangeMax`, as in the original
   * @throws RangeError when the count is no whole number
   */
  partitionKeys(count: number): readonly (readonly [bigint, bigint])[] {
    return partitionKeys(this, count)
  }

  protected override growthStep(
    shape: TreeShape,
    lowest: bigint,
    highest: bigint,
  ): TreeShape | undefined {
    return growthStep(shape, lowest, highest)
  }
}
