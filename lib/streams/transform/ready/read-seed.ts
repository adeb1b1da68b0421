/**
 * Reads a seed: a whole number of 64 bits, decimal or as `0x…`.
 *
 * @throws RangeError when it is none
 */
export function readSeed(text: string): bigint {
  const isNumber = /^(?:\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text)
  const seed = isNumber ? BigInt(text) : undefined
  if (seed === undefined || seed >= 2n ** 64n) {
    throw new RangeError('Cannot read the seed: it must be a whole number of 64 bits')
  }
  return seed
}
