import { RevisionTree, type TreeSummary } from './revision-tree.js'
import { TreeError } from './tree-error.js'
import { createLeaves } from './tree-leaves.js'
import { createTreeShape, moveRange, type TreeShape, type TreeShapeOptions } from './tree-shape.js'

const EMPTY: TreeSummary = { count: 0, hash: 0n }

/** How a new tree of the older generation shall be: it has no origin apart from its range. */
export type DocumentedTreeOptions = Omit<TreeShapeOptions, 'initialRangeMin'>

/**
 * The revision tree of the older generation, whose form is the documented one (merkle notes,
 * section 6): its range begins where it began and grows to the right alone, and all of its levels
 * are sent and compared ({@link RevisionTree.level}).
 */
export class DocumentedTree extends RevisionTree {
  /**
   * Makes an empty tree, or one of leaves that are there already.
   *
   * @param leaves - become the tree's own
   * @param summary - is believed; computed from the leaves when left out
   * @throws TreeError when a tree cannot have that shape ({@link createTreeShape})
   */
  constructor(options: DocumentedTreeOptions, leaves?: Uint32Array, summary?: TreeSummary) {
    const shape = createTreeShape({ ...options, initialRangeMin: options.rangeMin })
    if (leaves === undefined) super(shape, createLeaves(shape.depth), EMPTY)
    else super(shape, leaves, summary)
  }

  /** A tree of its own with the same revisions. */
  clone(): DocumentedTree {
    return new DocumentedTree(this.shape, this.leaves.slice(), this.summary)
  }

  /** @throws TreeError with `ERR_TREE_BELOW_RANGE` or `ERR_TREE_OVERFLOW` */
  protected override growthStep(
    shape: TreeShape,
    lowest: bigint,
    highest: bigint,
  ): TreeShape | undefined {
    if (lowest < shape.rangeMin) {
      const message = `Cannot insert a revision into a tree: it is below ${shape.rangeMin}, where its range begins`
      throw new TreeError('ERR_TREE_BELOW_RANGE', message)
    }
    return highest < shape.rangeMax ? undefined : widenDocumented(shape, highest)
  }
}

/**
 * The least power of two by which a width has to be multiplied so that it is above an offset.
 *
 * @param width - of the range, at least 1
 * @param offset - of a revision from where the range begins
 */
export function minimumGrowthFactor(width: bigint, offset: bigint): bigint {
  let factor = 1n
  while (factor * width <= offset) factor *= 2n
  return factor
}

/**
 * The range that holds a revision, from where it began.
 *
 * @throws TreeError with `ERR_TREE_OVERFLOW` when its end does not fit in 64 bits
 */
export function widenDocumented(shape: TreeShape, highest: bigint): TreeShape {
  const { rangeMin, rangeMax } = shape
  const width = rangeMax - rangeMin
  const factor = minimumGrowthFactor(width, highest - rangeMin)
  return moveRange(shape, rangeMin, rangeMin + width * factor)
}
