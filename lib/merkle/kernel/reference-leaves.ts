import { joinLanes, type Lanes } from '../../values/index.js'
import { hashRevision } from '../revision-hash.js'
import { addNode, LANES_PER_LEAF } from '../tree-leaves.js'
import { bucketShift, type TreeShape } from '../tree-shape.js'
import type { LeafRunVisitor, RevisionBounds } from './kernel.js'

const CARRY = 0x100000000

/** The 32-bit lanes of 64-bit words, low half first. */
export function lanesOf({ buffer, byteOffset, length }: BigUint64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length * 2)
}

/** Hashes revisions; both arrays are lanes, of one length. */
export function hashLanes(revisions: Uint32Array, hashes: Uint32Array): void {
  const word: Lanes = { high: 0, low: 0 }
  for (let lane = 0; lane < revisions.length; lane += 2) {
    word.low = revisions[lane] as number
    word.high = revisions[lane + 1] as number
    hashRevision(word, word)
    hashes[lane] = word.low
    hashes[lane + 1] = word.high
  }
}

/** Where the leaves of a tree begin and how wide each is, as {@link insertLanes} needs it. */
export interface LeafGrid {
  readonly rangeMin: Lanes
  /** The width of a leaf, as the power of two. */
  readonly shift: number
}

/** The grid of a tree's leaves. */
export function gridOf(shape: TreeShape): LeafGrid {
  const low = Number(shape.rangeMin & 0xffffffffn)
  return { rangeMin: { low, high: Number(shape.rangeMin >> 32n) }, shift: bucketShift(shape) }
}

/**
 * Adds revisions, given as lanes, to leaves.
 *
 * @returns the XOR of their hashes; undefined when one of them is not in the range
 */
export function insertLanes(
  revisions: Uint32Array,
  leaves: Uint32Array,
  { rangeMin, shift }: LeafGrid,
): bigint | undefined {
  const leafCount = leaves.length / LANES_PER_LEAF
  const word: Lanes = { high: 0, low: 0 }
  const sum: Lanes = { high: 0, low: 0 }
  for (let lane = 0; lane < revisions.length; lane += 2) {
    word.low = revisions[lane] as number
    word.high = revisions[lane + 1] as number
    const index = leafIndex(word, rangeMin, shift)
    if (index >= leafCount) return undefined
    hashRevision(word, word)
    addToLeaf(leaves, index * LANES_PER_LEAF, word)
    sum.low ^= word.low
    sum.high ^= word.high
  }
  return joinLanes({ high: sum.high >>> 0, low: sum.low >>> 0 })
}

/** `(revision - rangeMin) / 2^shift`, modulo 2^64 before the division; large when out of range. */
export function leafIndex(revision: Lanes, rangeMin: Lanes, shift: number): number {
  const low = (revision.low - rangeMin.low) >>> 0
  const borrow = revision.low < rangeMin.low ? 1 : 0
  const high = (revision.high - rangeMin.high - borrow) >>> 0
  if (shift >= 32) return high >>> (shift - 32)
  return Math.floor((high * CARRY) / 2 ** shift) + (low >>> shift)
}

function addToLeaf(leaves: Uint32Array, lane: number, hash: Lanes): void {
  const count = (leaves[lane] as number) + 1
  leaves[lane] = count
  if (count === CARRY) leaves[lane + 1] = (leaves[lane + 1] as number) + 1
  leaves[lane + 2] = (leaves[lane + 2] as number) ^ hash.low
  leaves[lane + 3] = (leaves[lane + 3] as number) ^ hash.high
}

/** The lowest and the highest of some revisions, given as lanes. */
export function laneBounds(revisions: Uint32Array): RevisionBounds {
  const lowest: Lanes = { high: CARRY - 1, low: CARRY - 1 }
  const highest: Lanes = { high: 0, low: 0 }
  for (let lane = 0; lane < revisions.length; lane += 2) {
    const low = revisions[lane] as number
    const high = revisions[lane + 1] as number
    if (high < lowest.high || (high === lowest.high && low < lowest.low)) {
      lowest.high = high
      lowest.low = low
    }
    if (high > highest.high || (high === highest.high && low > highest.low)) {
      highest.high = high
      highest.low = low
    }
  }
  return { lowest: joinLanes(lowest), highest: joinLanes(highest) }
}

/** Adds leaves to leaves of the same length. */
export function mergeLanes(target: Uint32Array, source: Uint32Array): void {
  const leaves = target.length / LANES_PER_LEAF
  for (let index = 0; index < leaves; index += 1) addNode(target, index, source, index)
}

/** Shows the runs of leaves that differ; runs may touch. */
export function diffLanes(a: Uint32Array, b: Uint32Array, onRun: LeafRunVisitor): void {
  for (let lane = 0; lane < a.length; lane += LANES_PER_LEAF) {
    const differs =
      a[lane] !== b[lane] ||
      a[lane + 1] !== b[lane + 1] ||
      a[lane + 2] !== b[lane + 2] ||
      a[lane + 3] !== b[lane + 3]
    if (differs) onRun(lane / LANES_PER_LEAF, lane / LANES_PER_LEAF + 1)
  }
}
