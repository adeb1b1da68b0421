/** How a vector tells its keys; numbers of 64 bits are decimal texts. */
export type KeySource =
  | { readonly kind: 'list'; readonly keys: readonly string[]; readonly order: KeyOrder }
  | {
      readonly kind: 'arith'
      readonly start: string
      readonly step: string
      readonly count: number
      readonly order: KeyOrder
      readonly shuffleSeed?: string
    }
  | {
      readonly kind: 'random'
      readonly seed: string
      readonly lo: string
      readonly span: string
      readonly count: number
      readonly order: KeyOrder
      readonly shuffleSeed?: string
    }
  | {
      readonly kind: 'hlc'
      readonly seed: string
      readonly startMs: string
      readonly mod: string
      readonly count: number
      readonly order: KeyOrder
      readonly shuffleSeed?: string
    }

type KeyOrder = 'given' | 'sorted' | 'reversed' | 'shuffled'

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value)

/** The generator splitmix64: gives the next 64-bit number at each call. */
export function createSplitMix(seed: bigint): () => bigint {
  let state = seed
  return () => {
    state = wrap(state + 0x9e3779b97f4a7c15n)
    const first = wrap((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n)
    const second = wrap((first ^ (first >> 27n)) * 0x94d049bb133111ebn)
    return second ^ (second >> 31n)
  }
}

/** Makes the keys that a vector tells, in its order. */
export function generateKeys(source: KeySource): BigUint64Array {
  const keys = makeKeys(source)
  switch (source.order) {
    case 'given':
      return keys
    case 'sorted':
      return keys.sort()
    case 'reversed':
      return keys.reverse()
    case 'shuffled':
      return shuffle(keys, 'shuffleSeed' in source ? BigInt(source.shuffleSeed ?? 0) : 0n)
  }
}

function makeKeys(source: KeySource): BigUint64Array {
  switch (source.kind) {
    case 'list':
      return BigUint64Array.from(source.keys, BigInt)
    case 'arith': {
      const [start, step] = [BigInt(source.start), BigInt(source.step)]
      return fill(source.count, (index) => start + BigInt(index) * step)
    }
    case 'random': {
      const next = createSplitMix(BigInt(source.seed))
      const [low, span] = [BigInt(source.lo), BigInt(source.span)]
      return fill(source.count, () => low + (next() % span))
    }
    case 'hlc':
      return makeStamps(source)
  }
}

function makeStamps(source: Extract<KeySource, { kind: 'hlc' }>): BigUint64Array {
  const next = createSplitMix(BigInt(source.seed))
  const modulus = BigInt(source.mod)
  let timeMs = BigInt(source.startMs)
  let counter = 0n
  return fill(source.count, () => {
    const advance = next() % modulus
    counter = advance === 0n ? counter + 1n : 0n
    timeMs += advance
    return (timeMs << 20n) + counter
  })
}

function fill(count: number, make: (index: number) => bigint): BigUint64Array {
  const keys = new BigUint64Array(count)
  for (let index = 0; index < count; index += 1) keys[index] = wrap(make(index))
  return keys
}

/** The shuffle of Fisher and Yates, from the end. */
function shuffle(keys: BigUint64Array, seed: bigint): BigUint64Array {
  const next = createSplitMix(seed)
  for (let index = keys.length - 1; index > 0; index -= 1) {
    const other = Number(next() % BigInt(index + 1))
    const kept = keys[index] as bigint
    keys[index] = keys[other] as bigint
    keys[other] = kept
  }
  return keys
}
