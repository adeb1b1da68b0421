import { TREE_DEPTH_MAX } from '../core/index.js'
import { INVALID_REVISION, revision } from '../values/index.js'
import { TreeError } from './tree-error.js'

/** The largest number that an end of a range can be. */
export const U64_MAX: bigint = INVALID_REVISION
/** The fewest levels that a tree can have. */
export const TREE_DEPTH_MIN = 2
/** The depth of every tree of a server (merkle notes, section 3). */
const SERVER_DEPTH = 6
const BITS_PER_LEVEL = 3
/** Revisions of a leaf of a tree whose range is not given. */
const DEFAULT_BUCKET_WIDTH = 64n

/** Which revisions a tree holds, and which of them share a leaf. */
export interface TreeShape {
  /** Levels below the root; the lowest has 8^depth leaves. */
  readonly depth: number
  /** The lowest revision of the range. */
  readonly rangeMin: bigint
  /** The first revision after the range. */
  readonly rangeMax: bigint
  /**
   * Where the range began when the tree was new. Leaves always begin at a whole number of their
   * width from here, so that trees of one origin and one width have the same leaves.
   */
  readonly initialRangeMin: bigint
}

/** How a new tree shall be. */
export interface TreeShapeOptions {
  /** From 2 to 8; 6, as the trees of a server, by default. */
  readonly depth?: number
  readonly rangeMin: bigint
  /** 0, the default, stands for 64 revisions a leaf. */
  readonly rangeMax?: bigint
  /** 0, the default, stands for `rangeMin`. */
  readonly initialRangeMin?: bigint
}

/**
 * Checks a shape as the original does, in its order (merkle notes, section 3).
 *
 * @throws TreeError with `ERR_TREE_DEPTH`, `ERR_TREE_RANGE`, `ERR_TREE_WIDTH`, `ERR_TREE_NARROW` or
 *   `ERR_TREE_GRID`
 * @throws RevisionError when an end of the range does not fit in 64 bits
 */
export function createTreeShape(options: TreeShapeOptions): TreeShape {
  const { depth = SERVER_DEPTH } = options
  if (!Number.isInteger(depth) || depth < TREE_DEPTH_MIN || depth > TREE_DEPTH_MAX) {
    const reason = `its depth ${depth} is not between ${TREE_DEPTH_MIN} and ${TREE_DEPTH_MAX}`
    throw new TreeError('ERR_TREE_DEPTH', cannotMake(reason))
  }
  const rangeMin: bigint = revision(options.rangeMin)
  const initialRangeMin: bigint = revision(options.initialRangeMin ?? 0n) || rangeMin
  const rangeMax = revision(options.rangeMax ?? 0n) || defaultRangeMax(rangeMin, depth)
  const shape: TreeShape = { depth, rangeMin, rangeMax, initialRangeMin }
  assertRange(shape)
  return shape
}

/** The leaves of a tree. */
export function leafCount(depth: number): number {
  return 1 << (BITS_PER_LEVEL * depth)
}

/** The revisions that one leaf stands for. */
export function bucketWidth({ depth, rangeMin, rangeMax }: TreeShape): bigint {
  return (rangeMax - rangeMin) >> BigInt(BITS_PER_LEVEL * depth)
}

/** The width of a leaf as a power of two. */
export function bucketShift(shape: TreeShape): number {
  return bucketWidth(shape).toString(2).length - 1
}

/** The leaf of a revision that is in the range. */
export function leafIndex(shape: TreeShape, revision: bigint): number {
  return Number((revision - shape.rangeMin) / bucketWidth(shape))
}

/**
 * Doubles the range towards lower revisions. Where the wider leaves would leave the grid of
 * `initialRangeMin`, the range moves up by one of the old leaves.
 *
 * @throws TreeError with `ERR_TREE_UNDERFLOW` or `ERR_TREE_OVERFLOW` when an end would not fit in
 *   64 bits
 */
export function growLeftStep(shape: TreeShape): TreeShape {
  const offset = gridOffset(shape)
  const rangeMin = shape.rangeMin - (shape.rangeMax - shape.rangeMin)
  if (rangeMin < 0n) throw underflow()
  return moveRange(shape, rangeMin + offset, shape.rangeMax + offset)
}

/**
 * Doubles the range towards higher revisions. Where the wider leaves would leave the grid of
 * `initialRangeMin`, the range moves down by one of the old leaves.
 *
 * @throws TreeError with `ERR_TREE_OVERFLOW` or `ERR_TREE_UNDERFLOW` when an end would not fit in
 *   64 bits; the original wraps around at 0, so that its tree is broken
 */
export function growRightStep(shape: TreeShape): TreeShape {
  const offset = gridOffset(shape)
  const rangeMax = shape.rangeMax + (shape.rangeMax - shape.rangeMin)
  if (rangeMax > U64_MAX) throw overflow()
  return moveRange(shape, shape.rangeMin - offset, rangeMax - offset)
}

/**
 * The next step to a range that holds two revisions: to the left first, as a bulk insert grows.
 *
 * @returns `undefined` when the range holds both
 * @throws TreeError as the steps do
 */
export function growthStep(
  shape: TreeShape,
  lowest: bigint,
  highest: bigint,
): TreeShape | undefined {
  if (lowest < shape.rangeMin) return growLeftStep(shape)
  if (highest >= shape.rangeMax) return growRightStep(shape)
  return undefined
}

/**
 * Grows until all revisions between two fit, the ends included.
 *
 * @throws TreeError with `ERR_TREE_UNDERFLOW` or `ERR_TREE_OVERFLOW` when they cannot
 */
export function growToHold(shape: TreeShape, lowest: bigint, highest: bigint): TreeShape {
  let grown = shape
  let next = growthStep(grown, lowest, highest)
  while (next !== undefined) {
    grown = next
    next = growthStep(grown, lowest, highest)
  }
  return grown
}

/** How far a range of doubled leaves would be off the grid: nothing, or one of the old leaves. */
function gridOffset(shape: TreeShape): bigint {
  return (shape.initialRangeMin - shape.rangeMin) & bucketWidth(shape)
}

/**
 * The same tree with another range.
 *
 * @throws TreeError with `ERR_TREE_UNDERFLOW` or `ERR_TREE_OVERFLOW` when an end does not fit
 */
export function moveRange(shape: TreeShape, rangeMin: bigint, rangeMax: bigint): TreeShape {
  if (rangeMin < 0n) throw underflow()
  if (rangeMax > U64_MAX) throw overflow()
  return { ...shape, rangeMin, rangeMax }
}

function defaultRangeMax(rangeMin: bigint, depth: number): bigint {
  return rangeMin + DEFAULT_BUCKET_WIDTH * BigInt(leafCount(depth))
}

function assertRange(shape: TreeShape): void {
  const { depth, rangeMin, rangeMax, initialRangeMin } = shape
  const width = rangeMax - rangeMin
  if (width <= 0n || rangeMax > U64_MAX) {
    const reason = `its range cannot end at ${rangeMax} when it begins at ${rangeMin}`
    throw new TreeError('ERR_TREE_RANGE', cannotMake(reason))
  }
  if ((width & (width - 1n)) !== 0n) {
    const reason = `the width of its range, ${width}, is no power of two`
    throw new TreeError('ERR_TREE_WIDTH', cannotMake(reason))
  }
  if (width < leafCount(depth)) {
    const reason = `a range of ${width} revisions is too narrow for ${leafCount(depth)} leaves`
    throw new TreeError('ERR_TREE_NARROW', cannotMake(reason))
  }
  if (((initialRangeMin - rangeMin) & (bucketWidth(shape) - 1n)) !== 0n) {
    const reason = `its initial start ${initialRangeMin} is not where a leaf begins`
    throw new TreeError('ERR_TREE_GRID', cannotMake(reason))
  }
}

function cannotMake(reason: string): string {
  return `Cannot make a revision tree: ${reason}`
}

function underflow(): TreeError {
  const message = 'Cannot grow a revision tree: its range would begin below 0'
  return new TreeError('ERR_TREE_UNDERFLOW', message)
}

function overflow(): TreeError {
  const message = 'Cannot grow a revision tree: its range would end above 64 bits'
  return new TreeError('ERR_TREE_OVERFLOW', message)
}
