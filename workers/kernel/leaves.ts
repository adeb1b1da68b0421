/** Bytes of a leaf: u64 count, u64 hash. */
const LEAF: usize = 16

/** Adds `count` leaves at `source` to those at `target`: sums of counts, XOR of hashes. */
export function mergeLeaves(target: usize, source: usize, count: usize): void {
  const end = target + count * LEAF
  for (; target < end; target += LEAF, source += LEAF) {
    store<u64>(target, load<u64>(target) + load<u64>(source))
    store<u64>(target, load<u64>(target, 8) ^ load<u64>(source, 8), 8)
  }
}

/**
 * Finds the leaves that differ.
 *
 * @param count - leaves of each; a multiple of four
 * @param runs - gets the first index and the end, two u32, of each run
 * @returns the number of runs
 */
export function diffLeaves(a: usize, b: usize, count: usize, runs: usize): usize {
  const start = runs
  let isInRun: bool = false
  for (let index: usize = 0; index < count; index += 4, a += 4 * LEAF, b += 4 * LEAF) {
    const leaf0 = v128.xor(v128.load(a), v128.load(b))
    const leaf1 = v128.xor(v128.load(a, 16), v128.load(b, 16))
    const leaf2 = v128.xor(v128.load(a, 32), v128.load(b, 32))
    const leaf3 = v128.xor(v128.load(a, 48), v128.load(b, 48))
    const all = v128.or(v128.or(leaf0, leaf1), v128.or(leaf2, leaf3))
    if (!isInRun && !v128.any_true(all)) continue
    runs = noteLeaf(leaf0, index, isInRun, runs)
    isInRun = v128.any_true(leaf0)
    runs = noteLeaf(leaf1, index + 1, isInRun, runs)
    isInRun = v128.any_true(leaf1)
    runs = noteLeaf(leaf2, index + 2, isInRun, runs)
    isInRun = v128.any_true(leaf2)
    runs = noteLeaf(leaf3, index + 3, isInRun, runs)
    isInRun = v128.any_true(leaf3)
  }
  if (isInRun) {
    store<u32>(runs, <u32>count)
    runs += 4
  }
  return (runs - start) >> 3
}

/** Writes the index down where a run begins or ends; returns where the next one is written. */
function noteLeaf(difference: v128, index: usize, isInRun: bool, runs: usize): usize {
  store<u32>(runs, <u32>index)
  return v128.any_true(difference) == isInRun ? runs : runs + 4
}
