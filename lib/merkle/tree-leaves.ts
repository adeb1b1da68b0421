import assert from 'node:assert/strict'
import { endianness } from 'node:os'
import { bucketShift, bucketWidth, leafCount, type TreeShape } from './tree-shape.js'

/**
 * Lanes of a leaf in a `Uint32Array`: low and high half of its count, then of its hash. Their bytes
 * are those of the leaves in the original's uncompressed binary form.
 */
export const LANES_PER_LEAF = 4

/** Bytes of a leaf: two unsigned 64-bit integers, little-endian. */
export const LEAF_BYTES = 16

const BRANCHING = 8
const TWO_TO_32 = 0x1_0000_0000
/** Leaf indexes have up to 24 bits: a shift by more gives 0 as a shift by this does. */
const SHIFT_MAX = 31

assert.equal(endianness(), 'LE', 'lanes and 64-bit numbers share their memory')

/** The leaves of an empty tree. */
export function createLeaves(depth: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(leafCount(depth) * LANES_PER_LEAF)
}

/** The bytes of leaves or nodes, which are little-endian as all formats of them are. */
export function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** Tells whether a leaf or node has a count or a hash. */
export function isPopulated(nodes: Uint32Array, index: number): boolean {
  const lane = index * LANES_PER_LEAF
  const count = (nodes[lane] as number) | (nodes[lane + 1] as number)
  const hash = (nodes[lane + 2] as number) | (nodes[lane + 3] as number)
  return (count | hash) !== 0
}

/** The count of a leaf or node, exact up to `Number.MAX_SAFE_INTEGER`. */
export function nodeCount(nodes: Uint32Array, index: number): number {
  const lane = index * LANES_PER_LEAF
  return (nodes[lane + 1] as number) * TWO_TO_32 + (nodes[lane] as number)
}

/** The hash of a leaf or node. */
export function nodeHash(nodes: Uint32Array, index: number): bigint {
  const lane = index * LANES_PER_LEAF
  return (BigInt(nodes[lane + 3] as number) << 32n) | BigInt(nodes[lane + 2] as number)
}

/** Adds one node to another: counts modulo 2^64, hashes by XOR. */
export function addNode(
  target: Uint32Array,
  targetIndex: number,
  source: Uint32Array,
  sourceIndex: number,
): void {
  const to = targetIndex * LANES_PER_LEAF
  const from = sourceIndex * LANES_PER_LEAF
  const low = (target[to] as number) + (source[from] as number)
  const carry = low >= TWO_TO_32 ? 1 : 0
  // Typed arrays keep the lower 32 bits of what is put into them.
  target[to] = low
  target[to + 1] = (target[to + 1] as number) + (source[from + 1] as number) + carry
  target[to + 2] = (target[to + 2] as number) ^ (source[from + 2] as number)
  target[to + 3] = (target[to + 3] as number) ^ (source[from + 3] as number)
}

/** The level above: each node is the sum of eight. */
export function sumLevel(children: Uint32Array): Uint32Array<ArrayBuffer> {
  const parents = new Uint32Array(children.length / BRANCHING)
  const childCount = children.length / LANES_PER_LEAF
  for (let child = 0; child < childCount; child += 1) {
    addNode(parents, Math.floor(child / BRANCHING), children, child)
  }
  return parents
}

/** The first populated leaf and the last; `undefined` when there is none. */
export function populatedSpan(leaves: Uint32Array): { first: number; last: number } | undefined {
  let first = 0
  let last = leaves.length / LANES_PER_LEAF - 1
  while (first <= last && !isPopulated(leaves, first)) first += 1
  if (first > last) return undefined
  while (!isPopulated(leaves, last)) last -= 1
  return { first, last }
}

/** All leaves summed up in one node. */
export function sumLeaves(leaves: Uint32Array): Uint32Array<ArrayBuffer> {
  const root = new Uint32Array(LANES_PER_LEAF)
  const count = leaves.length / LANES_PER_LEAF
  for (let index = 0; index < count; index += 1) addNode(root, 0, leaves, index)
  return root
}

/**
 * Moves the leaves of a tree to where they are in another shape, in place; leaves that meet add up.
 * Leaves of both shapes must begin at the same places, the new ones being as wide or wider, and
 * every populated leaf must be in the new range.
 */
export function reshapeLeaves(leaves: Uint32Array, from: TreeShape, to: TreeShape): void {
  const move = findMove(from, to)
  const { first, start, shift } = move
  if (start === 0 && shift === 0) return
  const count = leafCount(from.depth)
  /*
   * Leaves that go down or stay lie above those that go up. Both halves are walked away from where
   * they end, so that a leaf never lands on one that has still to move.
   */
  for (let index = 0; index < count; index += 1) {
    const place = index < first ? start : start + 1 + ((index - first) >> shift)
    if (place <= index) moveLeaf(leaves, index, place, count)
  }
  for (let index = count - 1; index >= 0; index -= 1) {
    const place = index < first ? start : start + 1 + ((index - first) >> shift)
    if (place > index) moveLeaf(leaves, index, place, count)
  }
}

interface LeafMove {
  /** Leaves below this one go to `start`. */
  readonly first: number
  readonly start: number
  /** From `first` on, 2^shift leaves each go to the places behind `start`. */
  readonly shift: number
}

/**
 * Where leaves go: leaf i to `floor((i + distance) / 2^shift)`. Distance and power can be beyond
 * exact numbers, so they are taken apart first; what is inexact then is beyond every leaf.
 */
function findMove(from: TreeShape, to: TreeShape): LeafMove {
  const offset = from.rangeMin - to.rangeMin
  const fromShift = bucketShift(from)
  const shift = bucketShift(to) - fromShift
  assert.equal(from.depth, to.depth, 'a tree keeps its depth')
  assert.ok(shift >= 0, 'leaves cannot become narrower')
  assert.equal(offset & (bucketWidth(from) - 1n), 0n, 'the leaves of both shapes are on one grid')
  const distance = offset >> BigInt(fromShift)
  const start = distance >> BigInt(shift)
  const first = ((start + 1n) << BigInt(shift)) - distance
  return { first: Number(first), start: Number(start), shift: Math.min(shift, SHIFT_MAX) }
}

function moveLeaf(leaves: Uint32Array, index: number, place: number, count: number): void {
  if (!isPopulated(leaves, index)) return
  assert.ok(place >= 0 && place < count, 'every populated leaf is in the new range')
  if (place === index) return
  addNode(leaves, place, leaves, index)
  leaves.fill(0, index * LANES_PER_LEAF, (index + 1) * LANES_PER_LEAF)
}
