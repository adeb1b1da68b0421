import assert from 'node:assert/strict'
import { revision } from '../values/index.js'
import {
  gridOf,
  insertLanes,
  laneBounds,
  lanesOf,
  type LeafGrid,
} from './kernel/reference-leaves.js'
import { takeRevisions } from './take-revisions.js'
import { TreeError } from './tree-error.js'
import {
  isPopulated,
  LANES_PER_LEAF,
  nodeCount,
  nodeHash,
  reshapeLeaves,
  sumLeaves,
  sumLevel,
} from './tree-leaves.js'
import { leafCount, type TreeShape } from './tree-shape.js'

/** Where a single revision becomes lanes; it is read again before anything else can run. */
const ONE = new BigUint64Array(1)
const ONE_LANES = lanesOf(ONE)

/** A set of revisions in short. */
export interface TreeNode {
  readonly count: number
  /** XOR of the hashes of the revisions. */
  readonly hash: bigint
}

/** All revisions of a tree in short; a tree that was read may have one that is not its leaves' sum. */
export type TreeSummary = TreeNode

/**
 * What both generations of revision trees have in common: leaves that count revisions and XOR their
 * hashes, and a range that grows (merkle notes, sections 3 and 6).
 */
export abstract class RevisionTree {
  #shape: TreeShape
  /** The shape as loops over lanes need it. */
  #grid: LeafGrid
  readonly #leaves: Uint32Array
  #count: number
  #hash: bigint
  /** Inner levels that were asked for since the last change, by depth. */
  #levels: Uint32Array[] = []

  /**
   * @param shape - checked
   * @param leaves - become the tree's own
   * @param summary - the sum of the leaves when left out
   * @throws RangeError when there are not as many leaves as the depth wants, or more revisions than
   *   a number counts exactly
   */
  protected constructor(shape: TreeShape, leaves: Uint32Array, summary?: TreeSummary) {
    if (leaves.length !== leafCount(shape.depth) * LANES_PER_LEAF) {
      const reason = `${leaves.length} lanes are not the leaves of a tree of depth ${shape.depth}`
      throw new RangeError(`Cannot make a revision tree: ${reason}`)
    }
    const { count, hash } = summary ?? nodeAt(sumLeaves(leaves), 0)
    if (!Number.isSafeInteger(count)) {
      throw new RangeError('Cannot make a revision tree: its count is beyond exact numbers')
    }
    this.#shape = shape
    this.#grid = gridOf(shape)
    this.#leaves = leaves
    this.#count = count
    this.#hash = hash
  }

  /** The range and the leaves as they are now: inserts can widen them. */
  get shape(): TreeShape {
    return this.#shape
  }

  /** Levels below the root. */
  get depth(): number {
    return this.#shape.depth
  }

  /** The lowest revision of the range. */
  get rangeMin(): bigint {
    return this.#shape.rangeMin
  }

  /** The first revision after the range. */
  get rangeMax(): bigint {
    return this.#shape.rangeMax
  }

  /** Revisions in the tree. */
  get count(): number {
    return this.#count
  }

  /** XOR of the hashes of all revisions. */
  get hash(): bigint {
    return this.#hash
  }

  /** Count and hash of all revisions. */
  get summary(): TreeSummary {
    return { count: this.#count, hash: this.#hash }
  }

  /** The leaves, {@link LANES_PER_LEAF} lanes each: to read, not to write. */
  get leaves(): Uint32Array {
    return this.#leaves
  }

  /** Leaves with a count or a hash. */
  get populatedCount(): number {
    let populated = 0
    const count = leafCount(this.depth)
    for (let index = 0; index < count; index += 1) {
      if (isPopulated(this.#leaves, index)) populated += 1
    }
    return populated
  }

  /**
   * One leaf, counted from 0.
   *
   * @throws RangeError when the tree has no such leaf
   */
  leaf(index: number): TreeNode {
    if (!(Number.isInteger(index) && index >= 0 && index < leafCount(this.depth))) {
      throw new RangeError(`Cannot give leaf ${index} of a tree: it has ${leafCount(this.depth)}`)
    }
    return nodeAt(this.#leaves, index)
  }

  /**
   * The nodes of a level in lanes like those of the leaves, to read: each is the sum of eight of
   * the level below. Computed when asked for and kept until the next change.
   *
   * @param depth - 0 for the root alone, the depth of the tree for its leaves
   * @throws RangeError when the tree has no such level
   */
  level(depth: number): Uint32Array {
    if (!(Number.isInteger(depth) && depth >= 0 && depth <= this.depth)) {
      throw new RangeError(`Cannot give level ${depth} of a tree: they are 0 to ${this.depth}`)
    }
    if (depth === this.depth) return this.#leaves
    const nodes = this.#levels[depth] ?? sumLevel(this.level(depth + 1))
    this.#levels[depth] = nodes
    return nodes
  }

  /**
   * Adds a revision; the same one twice counts twice. A range that does not hold it grows.
   *
   * @throws TreeError when the range cannot grow so far; it stays as wide as it got
   * @throws RevisionError when the number does not fit in 64 bits
   */
  insert(value: bigint): void {
    ONE[0] = revision(value)
    this.#growToHold(value, value)
    this.#add(ONE_LANES, 1)
  }

  /**
   * Adds revisions, in any order. The range grows once, to the lowest first.
   *
   * @throws TreeError when the range cannot grow so far; it stays as wide as it got
   */
  insertMany(values: BigUint64Array | readonly bigint[]): void {
    if (values.length === 0) return
    const lanes = lanesOf(asRevisions(values))
    const { lowest, highest } = laneBounds(lanes)
    this.#growToHold(lowest, highest)
    this.#add(lanes, values.length)
  }

  /**
   * Takes a revision out. Only its leaf is looked at: a revision that is not there, but whose leaf
   * has others, spoils the hash as in the original.
   *
   * @throws TreeError with `ERR_TREE_OUT_OF_RANGE` when it is outside the range, with
   *   `ERR_TREE_NOT_PRESENT` when its leaf is empty
   */
  remove(value: bigint): void {
    ONE[0] = revision(value)
    this.#take(ONE)
  }

  /**
   * Takes revisions out, lowest first, or none. When a leaf is empty before its time, what this
   * call took out goes back in, up to the first revision equal to the one that failed: of one that
   * is given more often than it is there, leaves lose those that were there, as in the original.
   *
   * @throws TreeError as {@link RevisionTree.remove} does
   */
  removeMany(values: BigUint64Array | readonly bigint[]): void {
    if (values.length === 0) return
    this.#take(asRevisions(values).slice().sort())
  }

  /** Takes every revision out; the range stays. */
  clear(): void {
    this.#leaves.fill(0)
    this.#count = 0
    this.#hash = 0n
    this.#levels = []
  }

  /** The next shape on the way to one that holds two revisions; `undefined` when it does. */
  protected abstract growthStep(
    shape: TreeShape,
    lowest: bigint,
    highest: bigint,
  ): TreeShape | undefined

  #growToHold(lowest: bigint, highest: bigint): void {
    const before = this.#shape
    try {
      let next = this.growthStep(before, lowest, highest)
      while (next !== undefined) {
        this.#shape = next
        next = this.growthStep(next, lowest, highest)
      }
    } finally {
      // Growth that a later step has to give up stays, as in the original.
      if (this.#shape !== before) {
        reshapeLeaves(this.#leaves, before, this.#shape)
        this.#grid = gridOf(this.#shape)
        this.#levels = []
      }
    }
  }

  /** Adds revisions that are in the range. */
  #add(lanes: Uint32Array, count: number): void {
    const hash = insertLanes(lanes, this.#leaves, this.#grid)
    assert.ok(hash !== undefined, 'the tree has grown to hold them')
    this.#count += count
    this.#hash ^= hash
    this.#levels = []
  }

  /** Takes out revisions in ascending order. */
  #take(revisions: BigUint64Array): void {
    const highest = revisions[revisions.length - 1] as bigint
    if ((revisions[0] as bigint) < this.rangeMin || highest >= this.rangeMax) {
      const message = 'Cannot remove a revision from a tree: it is outside the range'
      throw new TreeError('ERR_TREE_OUT_OF_RANGE', message)
    }
    this.#levels = []
    const { hash, taken } = takeRevisions(lanesOf(revisions), this.#leaves, this.#grid)
    if (taken === revisions.length) {
      this.#count -= taken
      this.#hash ^= hash
      return
    }
    const undone = revisions.subarray(0, revisions.indexOf(revisions[taken] as bigint))
    insertLanes(lanesOf(undone), this.#leaves, this.#grid)
    const message = 'Cannot remove a revision from a tree: its leaf has none left'
    throw new TreeError('ERR_TREE_NOT_PRESENT', message)
  }
}

function nodeAt(nodes: Uint32Array, index: number): TreeNode {
  return { count: nodeCount(nodes, index), hash: nodeHash(nodes, index) }
}

/** @throws RevisionError when a number does not fit in 64 bits */
function asRevisions(values: BigUint64Array | readonly bigint[]): BigUint64Array {
  return values instanceof BigUint64Array
    ? values
    : BigUint64Array.from(values, (value) => revision(value))
}
