/** Numbers that look random and are the same in every run. */
export interface Random {
  /** A whole number, `0 <= number < bound`. */
  below(bound: number): number
  /** One of the items. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item
}

/** Makes a generator of numbers: xorshift with 32 bits, which is plenty for sample data. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0 || 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 0x100000000
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return { below, pick: (items) => items[below(items.length)] ?? items[0] }
}
