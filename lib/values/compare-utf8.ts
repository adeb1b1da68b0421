const SURROGATE_MASK = 0xf800
const SURROGATE = 0xd800

/**
 * Compares two texts in the order of the bytes of their UTF-8 form, which is that of their code points;
 * `<` compares UTF-16, where what is above 0xffff comes before 0xe000.
 *
 * @returns below 0 when `a` is the lower one, 0 when they are equal
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const ours = a.charCodeAt(index)
    const theirs = b.charCodeAt(index)
    if (ours === theirs) continue
    // Half of a pair stands for a code point above all that take one unit.
    if (isSurrogate(ours) !== isSurrogate(theirs)) return isSurrogate(ours) ? 1 : -1
    return ours - theirs
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return (unit & SURROGATE_MASK) === SURROGATE
}
