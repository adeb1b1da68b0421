import { formatExactJson } from '../../streams/index.js'
import {
  DOCUMENT_TYPE,
  DumpLineScanner,
  formatCollectionDefinition,
  REMOVAL_TYPE,
  type CollectionDefinition,
} from '../../wire/index.js'

/** `type` of a line that makes a collection, as in the log of a server. */
export const MAKE_TYPE = 2000
/** `type` of a line that drops a collection, as in the log of a server. */
export const DROP_TYPE = 2001
/** What a line does. */
export type PatchLineType =
  typeof MAKE_TYPE | typeof DROP_TYPE | typeof DOCUMENT_TYPE | typeof REMOVAL_TYPE

const NEWLINE = 0x0a
const SPACE = 0x20

/** The line that makes a collection. */
export function formatMakeLine(definition: CollectionDefinition): Buffer {
  const data = formatExactJson(formatCollectionDefinition(definition))
  return Buffer.from(`${lineHead(MAKE_TYPE, definition.name)},"data":${data}}\n`)
}

/** The line that drops a collection. */
export function formatDropLine(collection: string): Buffer {
  return Buffer.from(`${lineHead(DROP_TYPE, collection)}}\n`)
}

/** Writes the lines of one collection's documents; what is written is a copy of what comes. */
export class DocumentLines {
  readonly collection: string
  readonly #documentHead: Buffer
  readonly #removalHead: Buffer
  readonly #scanner = new DumpLineScanner()

  constructor(collection: string) {
    this.collection = collection
    this.#documentHead = Buffer.from(`${lineHead(DOCUMENT_TYPE, collection)},"data":`)
    this.#removalHead = Buffer.from(`${lineHead(REMOVAL_TYPE, collection)},"data":{"_key":"`)
  }

  /** The pieces of a line that writes the document between the offsets. */
  documentPieces(bytes: Buffer, start = 0, end: number = bytes.length): readonly Buffer[] {
    return [this.#documentHead, onOneLine(bytes.subarray(start, end)), LINE_END]
  }

  /** The pieces of a line that removes a document; key and revision are told as they were. */
  removalPieces(document: Buffer): readonly Buffer[] {
    const scanner = this.#scanner
    scanner.scan(document, 0, document.length)
    const { keyStart, keyEnd, revisionStart, revisionEnd } = scanner
    const key = document.subarray(keyStart, keyEnd)
    if (revisionStart < 0) return [this.#removalHead, key, REMOVAL_END]
    const revision = document.subarray(revisionStart, revisionEnd)
    return [this.#removalHead, key, REVISION_HEAD, revision, REMOVAL_END]
  }
}

const LINE_END = Buffer.from('}\n')
const REVISION_HEAD = Buffer.from('","_rev":"')
const REMOVAL_END = Buffer.from('"}}\n')

function lineHead(type: number, collection: string): string {
  return `{"type":${type},"cname":${JSON.stringify(collection)}`
}

/** A newline in JSON can only be white space between tokens; as such a space does the same. */
function onOneLine(bytes: Buffer): Buffer {
  if (!bytes.includes(NEWLINE)) return bytes
  return bytes.map((byte) => (byte === NEWLINE ? SPACE : byte)) as Buffer
}
