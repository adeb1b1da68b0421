import { JsonSyntaxError, scanObject, skipSpace, skipValue } from '../../wire/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import { FormatError } from './format-error.js'

const QUOTE = 0x22
const OPEN_BRACE = 0x7b
const REMOVAL = '2302'
const ENVELOPES = new Set(['2300', '2301', REMOVAL])

/** Where a document lies in the buffer of a chunk. */
export interface DocumentSpan {
  readonly start: number
  readonly end: number
}

/**
 * Finds the document of a line: the object of the line, or what an envelope of a dump holds. Unlike an
 * entry it needs no `_key`.
 *
 * @returns undefined for a blank line
 * @throws {@link FormatError} for a line that is no object, or a removal, which is no document;
 *   {@link DumpLineError} for one that is not UTF-8
 */
export function findDocument(chunk: EntryChunk, index: number): DocumentSpan | undefined {
  if (chunk.isBlank(index)) return undefined
  chunk.assertUtf8(index)
  const fail = (reason: string, cause?: unknown): never => {
    const place = { unit: 'line', number: chunk.lineNumber(index), source: chunk.source } as const
    throw new FormatError('write a row', place, reason, { cause })
  }
  const lineStart = chunk.offsets[index] as number
  try {
    const found = scanLine(chunk.buffer, lineStart, chunk.offsets[index + 1] as number)
    return found ?? fail('a removal is no document')
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    return fail(`${error.reason} (byte ${error.offset - lineStart} of the line)`, error)
  }
}

/** Undefined for a removal. */
function scanLine(bytes: Buffer, lineStart: number, lineEnd: number): DocumentSpan | undefined {
  const seen: { hasKey: boolean; type: string; data: DocumentSpan | undefined } = {
    hasKey: false,
    type: '',
    data: undefined,
  }
  const start = skipSpace(bytes, lineStart, lineEnd)
  const end = scanObject(bytes, start, lineEnd, (nameStart, nameEnd, valueStart) => {
    const valueEnd = skipValue(bytes, valueStart, lineEnd, 1)
    if (nameEnd - nameStart !== NAME_BYTES) return valueEnd
    const name = bytes.toString('latin1', nameStart, nameEnd)
    if (name === '_key') seen.hasKey ||= bytes[valueStart] === QUOTE
    else if (name === 'type') seen.type ||= bytes.toString('latin1', valueStart, valueEnd)
    else if (name === 'data' && bytes[valueStart] === OPEN_BRACE) {
      seen.data ??= { start: valueStart, end: valueEnd }
    }
    return valueEnd
  })
  const rest = skipSpace(bytes, end, lineEnd)
  if (rest < lineEnd) throw new JsonSyntaxError('text after the end of the object', rest)
  if (seen.hasKey || !ENVELOPES.has(seen.type)) return { start, end }
  if (seen.type === REMOVAL) return undefined
  return seen.data ?? { start, end }
}

/** `_key`, `type` and `data` have as many. */
const NAME_BYTES = 4
