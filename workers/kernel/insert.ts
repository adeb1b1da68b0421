import { hashOf } from './hash'

/** Revisions of a block: their hashes, 16 KiB, stay in the L1 cache. */
const BLOCK: usize = 2048

/**
 * Adds `count` revisions to leaves of {count, hash}, 16 bytes each. A block is hashed first and its
 * leaves are updated after that: leaves are far apart, and so many of them are on their way from
 * memory at one time.
 *
 * @param hashes - room for the hashes of a block
 * @param shift - the width of a leaf, as the power of two
 * @param result - gets the XOR of the hashes
 * @returns false when a revision is in no leaf; the ones of blocks before its own are then added
 */
export function insertRevisions(
  revisions: usize,
  count: usize,
  hashes: usize,
  leaves: usize,
  leafCount: u64,
  rangeMin: u64,
  shift: u64,
  result: usize,
): bool {
  let sum: u64 = 0
  while (count > 0) {
    const block = min(count, BLOCK)
    const end = revisions + block * 8
    // Leaf counts are powers of two: one index that is too large shows in the bits of all.
    let indexes: u64 = 0
    let hash = hashes
    for (let from = revisions; from < end; from += 8, hash += 8) {
      const revision = load<u64>(from)
      const value = hashOf(revision)
      indexes |= (revision - rangeMin) >> shift
      sum ^= value
      store<u64>(hash, value)
    }
    if (indexes >= leafCount) return false
    hash = hashes
    for (; revisions < end; revisions += 8, hash += 8) {
      const leaf = leaves + ((<usize>((load<u64>(revisions) - rangeMin) >> shift)) << 4)
      store<u64>(leaf, load<u64>(leaf) + 1)
      store<u64>(leaf, load<u64>(leaf, 8) ^ load<u64>(hash), 8)
    }
    count -= block
  }
  store<u64>(result, sum)
  return true
}

/** Finds the lowest and the highest of `count` revisions, of which there is one at least. */
export function boundsOf(revisions: usize, count: usize, result: usize): void {
  const end = revisions + count * 8
  let lowest = load<u64>(revisions)
  let highest = lowest
  for (let from = revisions + 8; from < end; from += 8) {
    const revision = load<u64>(from)
    lowest = min(lowest, revision)
    highest = max(highest, revision)
  }
  store<u64>(result, lowest)
  store<u64>(result, highest, 8)
}
