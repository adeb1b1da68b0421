import { isPopulated, LANES_PER_LEAF } from '../tree-leaves.js'
import { gapBytes, leafBytes, writeGap, writeLeaf } from './velocypack-node.js'

/**
 * Goes through the nodes that a form of a tree has: all leaves, or the populated ones with one node
 * for each run of others before them.
 */
export class NodeCursor {
  readonly #leaves: Uint32Array
  readonly #isFull: boolean
  #index = -1
  /** Leaves of the run that is the current node; 0 when the node is the leaf at the index. */
  #gap = 0

  constructor(leaves: Uint32Array, isFull: boolean) {
    this.#leaves = leaves
    this.#isFull = isFull
  }

  /** Goes to the next node, at first to the first one; false when there is none. */
  next(): boolean {
    if (this.#gap > 0) {
      this.#gap = 0
      return true
    }
    const count = this.#leaves.length / LANES_PER_LEAF
    const first = this.#index + 1
    let index = first
    while (!this.#isFull && index < count && !isPopulated(this.#leaves, index)) index += 1
    // A run at the end has no node.
    if (index >= count) return false
    this.#index = index
    this.#gap = index - first
    return true
  }

  /** Bytes of the node in VelocyPack. */
  get byteLength(): number {
    return this.#gap > 0 ? gapBytes(this.#gap) : leafBytes(this.#leaves, this.#index)
  }

  /** Writes the node as VelocyPack; returns the offset after it. */
  write(bytes: Uint8Array, start: number): number {
    return this.#gap > 0
      ? writeGap(bytes, start, this.#gap)
      : writeLeaf(bytes, start, this.#leaves, this.#index)
  }
}
