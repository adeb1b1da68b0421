import { knownLength, textStart } from './slice-length.js'

/** Attributes up to which moving them one by one sorts faster than `Array.sort`. */
const FEW = 16
/** Bytes up to which a loop compares faster than `Buffer.compare`. */
const SHORT_NAME_BYTES = 24

/**
 * Sorts the offsets of attributes by the bytes of their names, which must be texts. Attributes of
 * one name keep their order.
 *
 * @param first - index of the first offset that is sorted; all after it are
 */
export function sortAttributes(bytes: Buffer, offsets: number[], first: number): void {
  if (offsets.length - first > FEW) {
    const sorted = offsets.slice(first).sort((a, b) => compareNames(bytes, a, b))
    for (let index = 0; index < sorted.length; index += 1) {
      offsets[first + index] = sorted[index] as number
    }
    return
  }
  for (let index = first + 1; index < offsets.length; index += 1) {
    const offset = offsets[index] as number
    let place = index
    while (place > first && compareNames(bytes, offsets[place - 1] as number, offset) > 0) {
      offsets[place] = offsets[place - 1] as number
      place -= 1
    }
    offsets[place] = offset
  }
}

function compareNames(bytes: Buffer, a: number, b: number): number {
  const startA = textStart(bytes, a)
  const startB = textStart(bytes, b)
  const endA = a + knownLength(bytes, a)
  const endB = b + knownLength(bytes, b)
  const common = Math.min(endA - startA, endB - startB)
  if (common > SHORT_NAME_BYTES) return bytes.compare(bytes, startB, endB, startA, endA)
  for (let index = 0; index < common; index += 1) {
    const difference = (bytes[startA + index] as number) - (bytes[startB + index] as number)
    if (difference !== 0) return difference
  }
  return endA - startA - (endB - startB)
}
