import { decodeText, scanArray, scanObject, skipValue } from '../../wire/index.js'

const OPEN_BRACKET = 0x5b
const OPEN_BRACE = 0x7b

/**
 * Tells whether an object at or inside of the value that begins at `start` has an attribute twice. Of
 * those only the last is seen by functions, so that bytes with another one are not theirs to keep.
 *
 * @param end - of the document: the value was scanned before
 */
export function hasRepeatedNames(bytes: Buffer, start: number, end: number): boolean {
  let isRepeated = false
  const scan = (valueStart: number): number => {
    const first = bytes[valueStart]
    if (first === OPEN_BRACKET) return scanArray(bytes, valueStart, end, scan)
    if (first !== OPEN_BRACE) return skipValue(bytes, valueStart, end)
    const names = new Set<string>()
    return scanObject(bytes, valueStart, end, (nameStart, nameEnd, innerStart) => {
      const name = decodeText(bytes, nameStart, nameEnd)
      if (names.has(name)) isRepeated = true
      names.add(name)
      return scan(innerStart)
    })
  }
  scan(start)
  return isRepeated
}
