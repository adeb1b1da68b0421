import { decodeText, scanObject, skipValue, type DumpLineScanner } from '../../wire/index.js'

const QUOTE = 0x22
const FROM = '_from'
const TO = '_to'

/** The ids of the documents that an edge joins. */
export interface EdgeEnds {
  readonly from: string
  readonly to: string
}

/**
 * Finds the ends of the edge on the line that was scanned last.
 *
 * @returns undefined for a removal, and for a document that is no edge
 */
export function edgeEndsOf(bytes: Buffer, scanner: DumpLineScanner): EdgeEnds | undefined {
  if (scanner.isRemoval) return undefined
  const end = scanner.documentEnd
  let from: string | undefined
  let to: string | undefined
  scanObject(bytes, scanner.documentStart, end, (nameStart, nameEnd, start) => {
    const valueEnd = skipValue(bytes, start, end)
    // Few names begin with an underscore, or with what an escape begins with.
    const first = bytes[nameStart]
    if ((first === 0x5f || first === 0x5c) && bytes[start] === QUOTE) {
      const name = decodeText(bytes, nameStart, nameEnd)
      if (name === FROM) from = decodeText(bytes, start + 1, valueEnd - 1)
      else if (name === TO) to = decodeText(bytes, start + 1, valueEnd - 1)
    }
    return valueEnd
  })
  return from === undefined || to === undefined ? undefined : { from, to }
}
