import assert from 'node:assert/strict'
import type { RevisionRange } from '../../lib/values/index.js'
import { revision, REVISION_LOWER_BOUND } from '../../lib/values/index.js'
import { diffTrees, MerkleTree } from '../../lib/merkle/index.js'
import { compareSpeed, type Ratio } from '../support/ratio.js'
import { randomRevisions } from './random-revisions.js'

const REVISIONS = 3_000_000
const DIFFERENT = 100

/** Compares the diff of full trees of depth 6 with a plain loop and with a bare memory compare. */
export async function compareDiffs(): Promise<readonly Ratio[]> {
  const full = new MerkleTree({ rangeMin: REVISION_LOWER_BOUND })
  full.insertMany(randomRevisions(new ArrayBuffer(REVISIONS * 8)))
  const equal = full.clone()
  const near = full.clone()
  const far = full.clone()
  for (let index = 0; index < DIFFERENT; index += 1) touch(near, (index * 2621) % leafCount(near))
  for (let index = 0; index < leafCount(far); index += 2) touch(far, index)
  for (const other of [equal, near, far]) {
    assert.deepEqual(diffTrees(full, other), diffWithBigInt(full, other))
  }
  assert.equal(diffTrees(full, near).length, DIFFERENT)
  const [left, right] = [bytesOf(full), bytesOf(equal)]
  const diff = (other: MerkleTree) => () => diffTrees(full, other)
  const loop = (other: MerkleTree) => () => diffWithBigInt(full, other)
  return [
    await compareSpeed(
      { name: 'diff of equal trees to a loop', bar: 20 },
      diff(equal),
      loop(equal),
    ),
    await compareSpeed(
      { name: `diff with ${DIFFERENT} leaves to a loop`, bar: 20 },
      diff(near),
      loop(near),
    ),
    await compareSpeed({ name: 'diff with every second leaf to a loop' }, diff(far), loop(far)),
    await compareSpeed(
      { name: 'diff of equal trees: times a Buffer.compare', atMost: 1.5 },
      () => Buffer.compare(left, right),
      diff(equal),
    ),
  ]
}

function leafCount(tree: MerkleTree): number {
  return 8 ** tree.depth
}

/** Puts one more revision into a leaf. */
function touch(tree: MerkleTree, index: number): void {
  const width = (tree.rangeMax - tree.rangeMin) / BigInt(leafCount(tree))
  tree.insert(tree.rangeMin + BigInt(index) * width)
}

function bytesOf({ leaves }: MerkleTree): Buffer {
  return Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength)
}

/** The loop that one writes first: both trees as 64-bit numbers, leaf by leaf. */
function diffWithBigInt(a: MerkleTree, b: MerkleTree): readonly RevisionRange[] {
  const left = new BigUint64Array(a.leaves.buffer, a.leaves.byteOffset, a.leaves.length / 2)
  const right = new BigUint64Array(b.leaves.buffer, b.leaves.byteOffset, b.leaves.length / 2)
  const width = (a.rangeMax - a.rangeMin) / BigInt(leafCount(a))
  const ranges: { from: bigint; through: bigint }[] = []
  for (let index = 0; index < left.length; index += 2) {
    if (left[index] === right[index] && left[index + 1] === right[index + 1]) continue
    const from = a.rangeMin + BigInt(index / 2) * width
    const last = ranges.at(-1)
    if (last?.through === from - 1n) last.through = from + width - 1n
    else ranges.push({ from, through: from + width - 1n })
  }
  return ranges.map(({ from, through }) => ({ from: revision(from), through: revision(through) }))
}
