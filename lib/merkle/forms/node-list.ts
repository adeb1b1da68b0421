import { joinLanes, type Lanes } from '../../values/index.js'
import type { TreeSummary } from '../revision-tree.js'
import { createLeaves, LANES_PER_LEAF, nodeCount } from '../tree-leaves.js'
import { TreeFormatError } from './tree-format-error.js'

const CAPACITY_MIN = 1024
const TWO_TO_32 = 0x1_0000_0000

/**
 * The populated nodes of a tree that is being read, in ascending order. Memory grows with the nodes
 * that came, not with the depth that a text claims.
 */
export class NodeList {
  #indexes = new Uint32Array(CAPACITY_MIN)
  #lanes = new Uint32Array(CAPACITY_MIN * LANES_PER_LEAF)
  #length = 0

  /** Nodes in the list. */
  get length(): number {
    return this.#length
  }

  /** Adds a node behind the others; one without count and hash is left out. */
  push(index: number, count: number, hash: Readonly<Lanes>): void {
    if (count === 0 && hash.low === 0 && hash.high === 0) return
    if (this.#length === this.#indexes.length) this.#grow()
    this.#indexes[this.#length] = index
    const lane = this.#length * LANES_PER_LEAF
    this.#lanes[lane] = count >>> 0
    this.#lanes[lane + 1] = Math.floor(count / TWO_TO_32)
    this.#lanes[lane + 2] = hash.low
    this.#lanes[lane + 3] = hash.high
    this.#length += 1
  }

  /** The index in its tree of the node at a position of the list. */
  indexAt(position: number): number {
    return this.#indexes[position] as number
  }

  /** The four lanes of the node at a position, as those of a leaf: to read. */
  lanesAt(position: number): Uint32Array {
    const lane = position * LANES_PER_LEAF
    return this.#lanes.subarray(lane, lane + LANES_PER_LEAF)
  }

  /**
   * Count and hash of the nodes from an index on.
   *
   * @throws TreeFormatError when the count is beyond exact numbers
   */
  sumFrom(index: number): TreeSummary {
    const hash: Lanes = { high: 0, low: 0 }
    let count = 0
    const lanes = this.#lanes
    for (let position = this.#positionOf(index); position < this.#length; position += 1) {
      const lane = position * LANES_PER_LEAF
      count += nodeCount(lanes, position)
      if (!Number.isSafeInteger(count)) throw new TreeFormatError('count', 'is above 2^53 - 1')
      hash.low = (hash.low ^ (lanes[lane + 2] as number)) >>> 0
      hash.high = (hash.high ^ (lanes[lane + 3] as number)) >>> 0
    }
    return { count, hash: joinLanes(hash) }
  }

  /** The leaves of a tree, whose first one has that index in the list. */
  toLeaves(index: number, depth: number): Uint32Array {
    const leaves = createLeaves(depth)
    const lanes = this.#lanes
    for (let position = this.#positionOf(index); position < this.#length; position += 1) {
      const from = position * LANES_PER_LEAF
      const to = (this.indexAt(position) - index) * LANES_PER_LEAF
      for (let lane = 0; lane < LANES_PER_LEAF; lane += 1) {
        leaves[to + lane] = lanes[from + lane] as number
      }
    }
    return leaves
  }

  /** The first position whose node has that index or a higher one. */
  #positionOf(index: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.indexAt(middle) < index) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(): void {
    const indexes = new Uint32Array(this.#indexes.length * 2)
    indexes.set(this.#indexes)
    this.#indexes = indexes
    const lanes = new Uint32Array(this.#lanes.length * 2)
    lanes.set(this.#lanes)
    this.#lanes = lanes
  }
}
