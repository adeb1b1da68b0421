const WORD = 2 ** 32
const LOW_BITS = 21
/** Numbers of 53 bits: as many as a JavaScript number holds exactly. */
const RANDOM_COUNT = 2 ** 53

/** Random numbers that follow from a seed, so that a run can be repeated. */
export interface RandomSource {
  /**
   * A whole number from `lower` to `upper`, both included; they are safe integers, and less than 2^53
   * apart.
   */
  integer(lower: number, upper: number): number
  /** One character of a text of ASCII. */
  character(characters: string): string
}

/**
 * Makes a source of random numbers out of 64 bits: xoshiro128++ of Blackman and Vigna. It is quick and
 * even, and no secret, which it need not be: nothing that it gives depends on what is masked.
 *
 * @param seed - an unsigned 64-bit integer
 */
export function createRandomSource(seed: bigint): RandomSource {
  const next = createWords(seed)
  const integer = (lower: number, upper: number): number => {
    const count = upper - lower + 1
    // What is left over at the top would make the first numbers of the range more likely.
    const limit = RANDOM_COUNT - (RANDOM_COUNT % count)
    let random: number
    do random = (next() >>> (32 - LOW_BITS)) * WORD + next()
    while (random >= limit)
    return lower + (random % count)
  }
  return {
    integer,
    character: (characters) => characters.charAt(integer(0, characters.length - 1)),
  }
}

/** Gives one unsigned 32-bit integer after the other. */
function createWords(seed: bigint): () => number {
  const nextState = createStates(seed)
  const state = new Uint32Array([nextState(), nextState(), nextState(), nextState()])
  return () => {
    const [a, b, c, d] = state as unknown as readonly [number, number, number, number]
    const result = (rotateLeft(a + d, 7) + a) >>> 0
    const crossed = c ^ a
    const mixed = d ^ b
    state.set([a ^ mixed, b ^ crossed, crossed ^ (b << 9), rotateLeft(mixed, 11)])
    return result
  }
}

/** Spreads the seed over the words of the state (the finalizer of MurmurHash3 over a counter). */
function createStates(seed: bigint): () => number {
  const low = Number(BigInt.asUintN(32, seed))
  let counter = Number(BigInt.asUintN(32, seed >> 32n))
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0
    let word = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b) ^ low
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
    return (word ^ (word >>> 16)) >>> 0
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
