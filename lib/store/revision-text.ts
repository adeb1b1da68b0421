import { decodeText, scanObject, skipValue } from '../wire/index.js'

const QUOTE = 0x22

interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Gives a document another revision: in place of the value of its `_rev`, whatever that is, or as a
 * new attribute after `_key` and an `_id` that follows it. Every other byte stays.
 *
 * @param bytes - holds the document, which was scanned before, between the offsets
 */
export function replaceRevision(
  bytes: Buffer,
  start: number,
  end: number,
  revisionText: string,
): Buffer {
  const { revision, afterKey } = findPlaces(bytes, start, end)
  if (revision !== undefined) {
    const text = Buffer.from(`"${revisionText}"`)
    return Buffer.concat([
      bytes.subarray(start, revision.start),
      text,
      bytes.subarray(revision.end, end),
    ])
  }
  const attribute = Buffer.from(`,"_rev":"${revisionText}"`)
  const tail = bytes.subarray(afterKey, end)
  return Buffer.concat([bytes.subarray(start, afterKey), attribute, tail])
}

function findPlaces(
  bytes: Buffer,
  start: number,
  end: number,
): { readonly revision: Span | undefined; readonly afterKey: number } {
  let revision: Span | undefined
  let afterKey = -1
  let previous = ''
  scanObject(bytes, start, end, (nameStart, nameEnd, valueStart) => {
    const name = decodeText(bytes, nameStart, nameEnd)
    const valueEnd = skipValue(bytes, valueStart, end, 1)
    if (name === '_rev') revision ??= { start: valueStart, end: valueEnd }
    if (name === '_key' && afterKey < 0 && bytes[valueStart] === QUOTE) afterKey = valueEnd
    if (name === '_id' && previous === '_key') afterKey = valueEnd
    previous = name
    return valueEnd
  })
  return { revision, afterKey }
}
