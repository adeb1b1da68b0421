/**
 * Feistel rounds. NIST's FF1 has ten, which is taken here as well: with few rounds short values could
 * be told from a truly random permutation.
 */
const ROUNDS = 10

/**
 * Gives a number below `count` that follows from a round and another number, as a keyed hash does.
 */
export type RoundFunction = (round: number, value: bigint, count: bigint) => bigint

/**
 * Permutes the numbers from 0 to before `count`: no two of them become one. The number is cut in two by
 * division, the halves are added to each other's hashes in turn (the unbalanced Feistel network FE1 of
 * Bellare, Ristenpart, Rogaway and Stegers), and what lies outside in the end is permuted again.
 */
export function permute(value: bigint, count: bigint, roundOf: RoundFunction): bigint {
  if (count < 2n) return value
  const leftCount = ceilSquareRoot(count)
  const rightCount = (count + leftCount - 1n) / leftCount
  let result = value
  // The square is hardly larger than the range, so that this seldom runs a second time.
  do result = permuteSquare(result, leftCount, rightCount, roundOf)
  while (result >= count)
  return result
}

function permuteSquare(
  value: bigint,
  leftCount: bigint,
  rightCount: bigint,
  roundOf: RoundFunction,
): bigint {
  let left = value / rightCount
  let right = value % rightCount
  for (let round = 0; round < ROUNDS; round += 2) {
    left = (left + roundOf(round, right, leftCount)) % leftCount
    right = (right + roundOf(round + 1, left, rightCount)) % rightCount
  }
  return left * rightCount + right
}

/** The smallest number whose square is not below `value`, which is at least 2. */
function ceilSquareRoot(value: bigint): bigint {
  // Newton's method from above, from a power of two that is large enough.
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2))
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) break
    root = next
  }
  return root * root < value ? root + 1n : root
}
