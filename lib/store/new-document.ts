import { isUtf8 } from 'node:buffer'
import { DOCUMENT_BYTES_MAX } from '../core/index.js'
import { encodeRevision, type Revision } from '../values/index.js'
import {
  decodeText,
  JsonSyntaxError,
  scanObject,
  skipSpace,
  skipValue,
  EDGE_COLLECTION,
} from '../wire/index.js'
import { KEY_BYTES_MAX } from './check-entry.js'
import type { CountersRow } from './catalog.js'
import { StoreError } from './store-error.js'

const QUOTE = 0x22
const LONE_SURROGATE = /\p{Surrogate}/u
/** ArangoDB's characters of a `_key`. */
const KEY = /^[a-zA-Z0-9_\-:.@()+,=;$!*'%]+$/

/** A document that a user wrote, taken apart. */
export interface NewDocument {
  /** Undefined when one is to be made. */
  readonly key: string | undefined
  /** Text of the `_from` and `_to` attributes with a comma before each; empty without them. */
  readonly edgeText: string
  /** The other attributes as they came, with a comma before each. */
  readonly restText: string
}

/**
 * Takes apart the JSON text of a document that a user writes.
 *
 * @throws StoreError `ERR_DOCUMENT_INVALID` when it is not a JSON object in well-formed Unicode, its
 *   `_key` is none, or an edge lacks `_from` or `_to`
 */
export function parseNewDocument(text: string | Buffer, type: CountersRow['type']): NewDocument {
  const bytes = toBytes(text)
  const system = new Map<string, string>()
  let restText = ''
  scanDocument(bytes, (name, attributeText, valueText) => {
    if (SYSTEM_NAMES.has(name)) system.set(name, valueText)
    else restText += `,${attributeText}`
  })
  const edgeText = type === EDGE_COLLECTION ? readEdge(system) : ''
  // In a document collection `_from` and `_to` are attributes like others.
  if (type !== EDGE_COLLECTION) restText = plainEdgeText(system) + restText
  return { key: readKey(system.get('_key')), edgeText, restText }
}

const SYSTEM_NAMES: ReadonlySet<string> = new Set(['_key', '_id', '_rev', '_from', '_to'])

/**
 * Writes a document as the store holds it: `_key`, `_id`, `_rev`, `_from`, `_to`, then the rest.
 *
 * @throws StoreError `ERR_DOCUMENT_INVALID` when it is larger than `DOCUMENT_BYTES_MAX`
 */
export function formatNewDocument(
  { edgeText, restText }: NewDocument,
  collectionName: string,
  { key, revision }: { readonly key: string; readonly revision: Revision },
): Buffer {
  const id = JSON.stringify(`${collectionName}/${key}`)
  const head = `{"_key":${JSON.stringify(key)},"_id":${id},"_rev":"${encodeRevision(revision)}"`
  const document = Buffer.from(`${head}${edgeText}${restText}}`)
  if (document.length > DOCUMENT_BYTES_MAX) throw refused(`it is over ${DOCUMENT_BYTES_MAX} bytes`)
  return document
}

function toBytes(text: string | Buffer): Buffer {
  const isWellFormed = typeof text === 'string' ? !LONE_SURROGATE.test(text) : isUtf8(text)
  if (!isWellFormed) throw refused('it is not well-formed Unicode')
  return typeof text === 'string' ? Buffer.from(text) : text
}

function scanDocument(
  bytes: Buffer,
  visit: (name: string, attributeText: string, valueText: string) => void,
): void {
  try {
    const start = skipSpace(bytes, 0, bytes.length)
    const end = scanObject(bytes, start, bytes.length, (nameStart, nameEnd, valueStart) => {
      const valueEnd = skipValue(bytes, valueStart, bytes.length, 1)
      const attributeText = oneLine(bytes.toString('utf8', nameStart - 1, valueEnd))
      const valueText = oneLine(bytes.toString('utf8', valueStart, valueEnd))
      visit(decodeText(bytes, nameStart, nameEnd), attributeText, valueText)
      return valueEnd
    })
    const rest = skipSpace(bytes, end, bytes.length)
    if (rest < bytes.length) throw new JsonSyntaxError('text after the end of the object', rest)
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause
    throw refused(`${cause.reason} (byte ${cause.offset})`, { cause })
  }
}

/** A document is a line of a dump; JSON has line breaks between its parts only. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ')
}

function readKey(valueText: string | undefined): string | undefined {
  if (valueText === undefined) return undefined
  const key: unknown = JSON.parse(valueText)
  if (typeof key !== 'string') throw refused('its "_key" is not text')
  if (Buffer.byteLength(key) > KEY_BYTES_MAX || !KEY.test(key)) {
    throw refused(`its "_key" is not 1 to ${KEY_BYTES_MAX} letters, digits or _-:.@()+,=;$!*'%`)
  }
  return key
}

function readEdge(system: ReadonlyMap<string, string>): string {
  return ['_from', '_to']
    .map((name) => {
      const valueText = system.get(name)
      if (valueText?.charCodeAt(0) !== QUOTE) throw refused(`an edge needs a text "${name}"`)
      return `,"${name}":${valueText}`
    })
    .join('')
}

function plainEdgeText(system: ReadonlyMap<string, string>): string {
  return ['_from', '_to']
    .map((name) => (system.has(name) ? `,"${name}":${system.get(name) ?? ''}` : ''))
    .join('')
}

function refused(reason: string, options?: ErrorOptions): StoreError {
  const message = `Cannot write the document: ${reason}`
  return new StoreError('ERR_DOCUMENT_INVALID', message, options)
}
