import { decodeText, scanObject, skipValue } from '../../wire/index.js'

const OPEN_BRACE = 0x7b

/** Part of some bytes that holds one JSON value. */
export interface ValueSpan {
  readonly start: number
  readonly end: number
}

/**
 * Finds what lies under names from the top down; of repeated ones the first counts, as everywhere in
 * dumps.
 *
 * @returns undefined where there is nothing, or no object above it
 */
export function findValue(
  bytes: Buffer,
  top: ValueSpan,
  path: readonly string[],
): ValueSpan | undefined {
  let value: ValueSpan | undefined = top
  for (const name of path) {
    if (value === undefined || bytes[value.start] !== OPEN_BRACE) return undefined
    value = findAttribute(bytes, value, name)
  }
  return value
}

function findAttribute(
  bytes: Buffer,
  { start, end }: ValueSpan,
  name: string,
): ValueSpan | undefined {
  let found: ValueSpan | undefined
  scanObject(bytes, start, end, (nameStart, nameEnd, valueStart) => {
    const valueEnd = skipValue(bytes, valueStart, end, 1)
    if (found === undefined && decodeText(bytes, nameStart, nameEnd) === name) {
      found = { start: valueStart, end: valueEnd }
    }
    return valueEnd
  })
  return found
}
