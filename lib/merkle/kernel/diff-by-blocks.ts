import { bytesOf, LANES_PER_LEAF, LEAF_BYTES } from '../tree-leaves.js'
import type { LeafRunVisitor } from './kernel.js'

/** Leaves that are compared as bytes before anybody looks at them one by one: 64 KiB. */
export const DIFF_BLOCK_LEAVES = 4096

/** What is compared next where a block differs: few leaves do, and each part costs a call. */
const DIFF_PART_LEAVES = 256

/** Shows the runs of leaves that differ in two blocks, counted from their start; runs may touch. */
export type BlockDiffer = (a: Uint32Array, b: Uint32Array, onRun: LeafRunVisitor) => void

/**
 * Finds the leaves that differ, block by block: for equal blocks that is one comparison of memory,
 * which no loop can beat, and of two trees that are compared most blocks are equal.
 *
 * @param diffBlock - is given the parts of blocks that are not equal
 */
export function diffByBlocks(
  a: Uint32Array,
  b: Uint32Array,
  diffBlock: BlockDiffer,
  onRun: LeafRunVisitor,
): void {
  const bytesOfA = bytesOf(a)
  const bytesOfB = bytesOf(b)
  const runs = new RunJoiner(onRun)
  const isEqual = (first: number, end: number): boolean => {
    const start = first * LEAF_BYTES
    const stop = end * LEAF_BYTES
    return bytesOfA.compare(bytesOfB, start, stop, start, stop) === 0
  }
  for (const [first, end] of cut(0, a.length / LANES_PER_LEAF, DIFF_BLOCK_LEAVES)) {
    if (isEqual(first, end)) continue
    for (const [partFirst, partEnd] of cut(first, end, DIFF_PART_LEAVES)) {
      if (isEqual(partFirst, partEnd)) continue
      runs.base = partFirst
      const [lane, laneEnd] = [partFirst * LANES_PER_LEAF, partEnd * LANES_PER_LEAF]
      diffBlock(a.subarray(lane, laneEnd), b.subarray(lane, laneEnd), runs.add)
    }
  }
  runs.finish()
}

/** Cuts a range of leaves into parts of one size; the last may be smaller. */
function* cut(first: number, end: number, size: number): Generator<readonly [number, number]> {
  for (let start = first; start < end; start += size) yield [start, Math.min(start + size, end)]
}

/** Joins runs that touch, across blocks too. */
class RunJoiner {
  /** Leaf from which the runs that come are counted. */
  base = 0
  readonly #onRun: LeafRunVisitor
  #first = 0
  #end = 0

  constructor(onRun: LeafRunVisitor) {
    this.#onRun = onRun
  }

  readonly add: LeafRunVisitor = (first, end) => {
    if (this.base + first !== this.#end) {
      this.finish()
      this.#first = this.base + first
    }
    this.#end = this.base + end
  }

  finish(): void {
    if (this.#end > this.#first) this.#onRun(this.#first, this.#end)
  }
}
