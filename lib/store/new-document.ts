import { isUtf8 } from 'node:buffer'
import { DOCUMENT_BYTES_MAX } from '../core/index.js'
import { formatRevision, type Revision } from '../values/index.js'
import {
  decodeText,
  JsonSyntaxError,
  scanObject,
  skipSpace,
  skipValue,
  EDGE_COLLECTION,
} from '../wire/index.js'
import type { CountersRow } from './catalog.js'
import { refusedDocument } from './refused-document.js'

const BACKSLASH = 0x5c
const LOW_LINE = 0x5f
const LONE_SURROGATE = /\p{Surrogate}/u
/** `_from` and `_to`: the name of a collection and a key. */
const HANDLE = /^[^/]+\/[^/]+$/

/** A document that a user wrote, taken apart. */
export interface NewDocument {
  /** JSON texts of the values of `_key`, `_id` and `_rev`, and of an edge's `_from` and `_to`. */
  readonly system: ReadonlyMap<string, string>
  /** The other attributes as they came, with a comma before each. */
  readonly restText: string
}

/**
 * Takes apart the JSON text of a document that a user writes.
 *
 * @throws StoreError `ERR_DOCUMENT_INVALID` when it is not a JSON object in well-formed Unicode
 */
export function parseNewDocument(text: string | Buffer, type: CountersRow['type']): NewDocument {
  const bytes = toBytes(text)
  const names = type === EDGE_COLLECTION ? EDGE_NAMES : SYSTEM_NAMES
  const system = new Map<string, string>()
  const rest = new AttributeRuns(bytes)
  scanDocument(bytes, (nameStart, nameEnd, valueStart, valueEnd) => {
    const name = mayBeSystem(bytes, nameStart) ? decodeText(bytes, nameStart, nameEnd) : ''
    if (names.has(name)) system.set(name, oneLine(bytes.toString('utf8', valueStart, valueEnd)))
    else rest.add(nameStart - 1, valueEnd)
  })
  return { system, restText: rest.toText() }
}

/** Names of the system begin with a low line, which may be escaped. */
function mayBeSystem(bytes: Buffer, nameStart: number): boolean {
  const first = bytes[nameStart]
  return first === LOW_LINE || first === BACKSLASH
}

/** Gathers attributes; those which only a comma stands between are read as one text. */
class AttributeRuns {
  readonly #bytes: Buffer
  #text = ''
  #start = 0
  /** 0 while there is none. */
  #end = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  add(start: number, end: number): void {
    if (start !== this.#end + 1 || this.#end === 0) {
      this.#endRun()
      this.#start = start
    }
    this.#end = end
  }

  /** The attributes with a comma before each. */
  toText(): string {
    this.#endRun()
    return this.#text
  }

  #endRun(): void {
    if (this.#end === 0) return
    this.#text += `,${oneLine(this.#bytes.toString('utf8', this.#start, this.#end))}`
  }
}

/** In a document collection `_from` and `_to` are attributes like others. */
const SYSTEM_NAMES: ReadonlySet<string> = new Set(['_key', '_id', '_rev'])
const EDGE_NAMES: ReadonlySet<string> = new Set([...SYSTEM_NAMES, '_from', '_to'])

/**
 * Writes a document as the store holds it: `_key`, `_id`, `_rev`, of an edge `_from` and `_to`, then
 * the rest.
 *
 * @throws StoreError `ERR_DOCUMENT_TOO_LARGE` when it is over `DOCUMENT_BYTES_MAX`
 */
export function formatNewDocument(
  { system, restText }: NewDocument,
  collectionName: string,
  { key, revision }: { readonly key: string; readonly revision: Revision },
): Buffer {
  const id = JSON.stringify(`${collectionName}/${key}`)
  const head = `{"_key":${JSON.stringify(key)},"_id":${id},"_rev":"${formatRevision(revision)}"`
  const document = Buffer.from(`${head}${edgeText(system)}${restText}}`)
  if (document.length > DOCUMENT_BYTES_MAX) {
    throw refusedDocument('ERR_DOCUMENT_TOO_LARGE', `it is over ${DOCUMENT_BYTES_MAX} bytes`)
  }
  return document
}

/**
 * Checks what a document of an edge collection needs; any other has it.
 *
 * @throws StoreError `ERR_EDGE_INVALID` when `_from` or `_to` is not a collection's name and a key
 */
export function checkEdge({ system }: NewDocument, type: CountersRow['type']): void {
  if (type !== EDGE_COLLECTION) return
  for (const name of ['_from', '_to']) {
    const valueText = system.get(name)
    const value: unknown = valueText === undefined ? undefined : JSON.parse(valueText)
    if (typeof value === 'string' && HANDLE.test(value)) continue
    throw refusedDocument('ERR_EDGE_INVALID', `an edge needs a "${name}" of the form name/key`)
  }
}

function edgeText(system: ReadonlyMap<string, string>): string {
  return ['_from', '_to']
    .map((name) => (system.has(name) ? `,"${name}":${system.get(name) ?? ''}` : ''))
    .join('')
}

function toBytes(text: string | Buffer): Buffer {
  const isWellFormed = typeof text === 'string' ? !LONE_SURROGATE.test(text) : isUtf8(text)
  if (!isWellFormed) throw refusedDocument('ERR_DOCUMENT_INVALID', 'it is not well-formed Unicode')
  return typeof text === 'string' ? Buffer.from(text) : text
}

function scanDocument(
  bytes: Buffer,
  visit: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void,
): void {
  try {
    const start = skipSpace(bytes, 0, bytes.length)
    const end = scanObject(bytes, start, bytes.length, (nameStart, nameEnd, valueStart) => {
      const valueEnd = skipValue(bytes, valueStart, bytes.length, 1)
      visit(nameStart, nameEnd, valueStart, valueEnd)
      return valueEnd
    })
    const rest = skipSpace(bytes, end, bytes.length)
    if (rest < bytes.length) throw new JsonSyntaxError('text after the end of the object', rest)
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause
    const reason = `${cause.reason} (byte ${cause.offset})`
    throw refusedDocument('ERR_DOCUMENT_INVALID', reason, { cause })
  }
}

/** A document is a line of a dump; JSON has line breaks between its parts only. */
function oneLine(text: string): string {
  const isBroken = text.includes('\n') || text.includes('\r')
  return isBroken ? text.replaceAll(/[\r\n]+/g, ' ') : text
}
