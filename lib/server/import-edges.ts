import { decodeText, JsonSyntaxError, scanObject, skipSpace, skipValue } from '../wire/index.js'
import type { EdgePrefixes } from './import-options.js'

const WHOLE_NUMBER = /^\d+$/

/**
 * Puts the names of collections before the keys that an edge has in the place of its ends: before
 * texts, and whole numbers, that name no collection.
 *
 * @param text - of the edge; what is not JSON is given back for others to refuse
 */
export function withPrefixes(text: Buffer, prefixes: EdgePrefixes): Buffer {
  const pieces: Buffer[] = []
  let copied = 0
  const replaceEnd = (valueStart: number, valueEnd: number, prefix: string): void => {
    const end = prefixedEnd(text.toString('utf8', valueStart, valueEnd), prefix, prefixes)
    if (end === undefined) return
    pieces.push(text.subarray(copied, valueStart), Buffer.from(end))
    copied = valueEnd
  }
  try {
    scanObject(text, skipSpace(text, 0, text.length), text.length, (nameStart, nameEnd, start) => {
      const end = skipValue(text, start, text.length, 1)
      const prefix = prefixOf(decodeText(text, nameStart, nameEnd), prefixes)
      if (prefix !== undefined) replaceEnd(start, end, prefix)
      return end
    })
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text
    throw error
  }
  return pieces.length === 0 ? text : Buffer.concat([...pieces, text.subarray(copied)])
}

function prefixOf(name: string, { from, to }: EdgePrefixes): string | undefined {
  if (name === '_from') return from
  return name === '_to' ? to : undefined
}

/** The JSON text of an end with its prefix; undefined where it stays as it is. */
function prefixedEnd(
  valueText: string,
  prefix: string,
  { overwrites }: EdgePrefixes,
): string | undefined {
  if (WHOLE_NUMBER.test(valueText)) return JSON.stringify(prefix + valueText)
  if (!valueText.startsWith('"')) return undefined
  const handle = JSON.parse(valueText) as string
  const slash = handle.indexOf('/')
  if (slash >= 0 && !overwrites) return undefined
  return JSON.stringify(prefix + handle.slice(slash + 1))
}
