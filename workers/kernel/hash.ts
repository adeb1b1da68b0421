const PRIME: u64 = 0x100000001b3
const BYTE: u64 = 0xff

/**
 * FNV-1a 64 over the 8 little-endian bytes of a revision. Written out: the steps wait for each
 * other, so that the processor should see those of the next revision as soon as it can.
 */
export function hashOf(revision: u64): u64 {
  let hash: u64 = 0xcbf29ce484222325
  hash = (hash ^ (revision & BYTE)) * PRIME
  hash = (hash ^ ((revision >> 8) & BYTE)) * PRIME
  hash = (hash ^ ((revision >> 16) & BYTE)) * PRIME
  hash = (hash ^ ((revision >> 24) & BYTE)) * PRIME
  hash = (hash ^ ((revision >> 32) & BYTE)) * PRIME
  hash = (hash ^ ((revision >> 40) & BYTE)) * PRIME
  hash = (hash ^ ((revision >> 48) & BYTE)) * PRIME
  return (hash ^ (revision >> 56)) * PRIME
}

/** Hashes `count` revisions at `from` into `to`. */
export function hashRevisions(from: usize, to: usize, count: usize): void {
  const end = from + count * 8
  for (; from < end; from += 8, to += 8) store<u64>(to, hashOf(load<u64>(from)))
}
