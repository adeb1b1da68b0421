import { encodeRevision, parseRevision } from '../../values/index.js'
import {
  decodeText,
  DumpLineError,
  DumpLineScanner,
  scanObject,
  skipSpace,
  skipValue,
  type DumpEntry,
  type JsonObject,
} from '../../wire/index.js'
import { ChunkEntry } from '../chunk-entry.js'
import type { EntryChunk } from '../entry-chunk.js'
import { parseOrNone } from './json-forms.js'

const OPEN_BRACE = 0x7b
const DATA = '"data"'
/** How servers and arangodump begin a line with an envelope. */
const ENVELOPE_HEAD = '{"type":2300,"data":'

/** A document on its line. */
export interface OriginLine {
  readonly document: JsonObject
  /** How the document stands in its line; `plain` envelopes have a type and the data only. */
  readonly form: 'bare' | 'plain' | 'envelope'
}

/** Where a document lies in its line, as offsets in the chunk. */
export interface DocumentSpan {
  readonly start: number
  readonly end: number
}

/**
 * Reads the document of a line.
 *
 * @param text - the line without its newline
 * @param isKeyOptional - takes any object for a document
 * @returns undefined for a removal
 * @throws DumpLineError when the line is no entry
 */
export function readOrigin(
  chunk: EntryChunk,
  index: number,
  text: string,
  isKeyOptional: boolean,
): OriginLine | undefined {
  const value = parseOrNone(text)
  if (hasKey(value)) return { document: value, form: 'bare' }
  const data = isObject(value) ? value['data'] : undefined
  if (hasKey(data) && !mayRepeatData(text)) {
    const form = isPlainEnvelope(value as JsonObject, text) ? 'plain' : 'envelope'
    const { type } = value as { readonly type?: unknown }
    if (type === undefined || type === 2300 || type === 2301) return { document: data, form }
  }
  return isKeyOptional
    ? readKeyless(chunk, index, value)
    : scanOrigin(chunk, index, new DumpLineScanner())
}

/** Of several the first is the document, of which `JSON.parse` would not tell. */
function mayRepeatData(text: string): boolean {
  return text.includes(DATA, text.indexOf(DATA) + 1)
}

function isPlainEnvelope(envelope: JsonObject, text: string): boolean {
  if (!text.startsWith(ENVELOPE_HEAD) || !text.endsWith('}')) return false
  return Object.keys(envelope).length === 2
}

/** The text of a document in an envelope that is `plain`; of use for comparing only. */
export function plainText(text: string): string {
  return text.slice(ENVELOPE_HEAD.length, -1)
}

/** A line that is no entry is a document where keys are optional, if it is an object. */
function readKeyless(chunk: EntryChunk, index: number, value: unknown): OriginLine | undefined {
  try {
    return scanOrigin(chunk, index, new DumpLineScanner())
  } catch (error) {
    const isDocument = isObject(value) && !Array.isArray(value)
    if (!(error instanceof DumpLineError) || !isDocument) throw error
    return { document: value, form: 'bare' }
  }
}

/** The long way, for what is not plainly a document: it finds out what is wrong with the line. */
function scanOrigin(
  chunk: EntryChunk,
  index: number,
  scanner: DumpLineScanner,
): OriginLine | undefined {
  if (!chunk.scanLine(index, scanner) || scanner.isRemoval) return undefined
  const { documentStart, documentEnd } = scanner
  const text = chunk.buffer.toString('utf8', documentStart, documentEnd)
  const form = scanner.form === 'bare' ? 'bare' : 'envelope'
  return { document: JSON.parse(text) as JsonObject, form }
}

/** Where the document of a line lies; the line is one that {@link readOrigin} has read. */
export function findDocument(
  chunk: EntryChunk,
  index: number,
  form: OriginLine['form'],
): DocumentSpan {
  const { buffer, offsets } = chunk
  const end = offsets[index + 1] as number
  const start = skipSpace(buffer, offsets[index] as number, end)
  if (form === 'bare') return { start, end: scanObject(buffer, start, end) }
  let span: DocumentSpan | undefined
  scanObject(buffer, start, end, (nameStart, nameEnd, valueStart) => {
    const valueEnd = skipValue(buffer, valueStart, end)
    const isData =
      buffer[valueStart] === OPEN_BRACE && nameOf(buffer, nameStart, nameEnd) === 'data'
    if (isData) span ??= { start: valueStart, end: valueEnd }
    return valueEnd
  })
  return span ?? { start, end }
}

/**
 * Writes a changed document the way its line was written: the envelope stays, but its `key` and `rev`
 * follow the document.
 *
 * @param text - the changed document as JSON
 */
export function formatLine(
  chunk: EntryChunk,
  index: number,
  form: OriginLine['form'],
  text: string,
  changed: JsonObject,
): string {
  if (form === 'bare') return text
  if (form === 'plain') return `${ENVELOPE_HEAD}${text}}`
  const { buffer, offsets } = chunk
  const end = offsets[index + 1] as number
  const start = skipSpace(buffer, offsets[index] as number, end)
  const entry = new ChunkEntry(chunk, index).read()
  let line = ''
  let copied = start
  let isDone = false
  const replacementOf = (name: string, first: number | undefined): string | undefined => {
    if (name === 'data') {
      // Another one is no document, and nothing that a transform has seen: none of it is to stay.
      if (isDone || first !== OPEN_BRACE) return 'null'
      isDone = true
      return text
    }
    if (name === 'key') return newKey(entry, changed)
    return name === 'rev' ? newRevision(entry, changed) : undefined
  }
  const lineEnd = scanObject(buffer, start, end, (nameStart, nameEnd, valueStart) => {
    const valueEnd = skipValue(buffer, valueStart, end)
    const replacement = replacementOf(nameOf(buffer, nameStart, nameEnd), buffer[valueStart])
    if (replacement === undefined) return valueEnd
    line += buffer.toString('utf8', copied, valueStart) + replacement
    copied = valueEnd
    return valueEnd
  })
  return line + buffer.toString('utf8', copied, lineEnd)
}

function newKey({ key }: DumpEntry, changed: JsonObject): string | undefined {
  return changed['_key'] === key ? undefined : JSON.stringify(changed['_key'])
}

/** The documented form pads its revisions. */
function newRevision(entry: DumpEntry, changed: JsonObject): string | undefined {
  const revision = typeof changed['_rev'] === 'string' ? changed['_rev'] : ''
  if (revision === entry.revisionText) return undefined
  if (entry.form !== 'documented') return JSON.stringify(revision)
  return JSON.stringify(encodeRevision(parseRevision(revision), { pad: true }))
}

function nameOf(bytes: Buffer, start: number, end: number): string {
  return end - start > 24 ? '' : decodeText(bytes, start, end)
}

/** Tells whether a value is a document with a text `_key`. */
export function hasKey(value: unknown): value is JsonObject {
  if (!isObject(value)) return false
  const key = value['_key']
  return typeof key === 'string' && key !== ''
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}
