import { createHash } from 'node:crypto'
import { CanonicalWriter, decodeText, scanObject, skipArray, skipValue } from '../wire/index.js'
import { parseIndexPath, type IndexPath } from './index-path.js'
import { DIGEST_BYTES } from './row-keys.js'
import type { UniqueIndex } from './unique-index.js'

/** Combinations of values that an index makes of one document at most; the others are not seen. */
export const COMBINATIONS_MAX = 65_536

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const NULL = 'null'
/** What stands where an array has nothing to give; no JSON value is empty. */
const NONE = ''
/** Stands between values: inside them it can only be escaped. */
const SEPARATOR = '\n'

const canonical = new CanonicalWriter({ numbersByValue: true, nullIsAbsent: true })

/** What an index makes of one document. */
export interface IndexValues {
  /** Of each combination of values {@link DIGEST_BYTES} characters, one a byte. */
  readonly digests: ReadonlySet<string>
  /** Whether a value stands more than once in an array. */
  readonly hasRepeats: boolean
  /** Whether there were more combinations than {@link COMBINATIONS_MAX}. */
  readonly isCut: boolean
}

/** Values of a document that has none, or of none. */
export const NO_VALUES: IndexValues = { digests: new Set(), hasRepeats: false, isCut: false }

/** Part of the bytes of a document that holds one JSON value. */
interface Value {
  readonly start: number
  readonly end: number
}

/** Values of one field, in canonical text; an array that has none gives no values. */
interface Column {
  readonly texts: readonly string[]
  readonly hasRepeats: boolean
}

/**
 * Reads the values that a unique index is about out of documents. Values are equal as ArangoDB has
 * it: numbers by their value, objects whatever the order of their attributes, and null is the same as
 * nothing. An array gives its values one by one where the path says so; where there is none, or an
 * empty one, the document is left out if that is the first field, and else has nothing from there on.
 */
export class IndexValuesReader {
  readonly #paths: readonly IndexPath[]
  readonly #isSparse: boolean

  constructor({ fields, sparse }: Pick<UniqueIndex, 'fields' | 'sparse'>) {
    this.#paths = fields.map(parseIndexPath).filter((path) => path !== undefined)
    this.#isSparse = sparse
  }

  /** @param document - holds a stored document, and nothing else */
  read(document: Buffer): IndexValues {
    const columns: Column[] = []
    for (const path of this.#paths) {
      const column = this.#readColumn(document, path)
      if (column === undefined) return NO_VALUES
      columns.push(column)
    }
    const digests = new Set<string>()
    const isCut = !addCombinations(digests, columns, [])
    return { digests, hasRepeats: columns.some(({ hasRepeats }) => hasRepeats), isCut }
  }

  /** @returns undefined when the document is left out */
  #readColumn(document: Buffer, path: IndexPath): Column | undefined {
    const top = { start: 0, end: document.length }
    if (path.expandedAt >= 0) return this.#readArray(document, top, path)
    const text = canonicalText(document, findValue(document, top, path.names))
    if (text === NULL && this.#isSparse) return undefined
    return { texts: [text], hasRepeats: false }
  }

  #readArray(document: Buffer, top: Value, { names, expandedAt }: IndexPath): Column {
    const array = findValue(document, top, names.slice(0, expandedAt + 1))
    const inside = names.slice(expandedAt + 1)
    const texts = new Set<string>()
    let hasRepeats = false
    if (array === undefined || document[array.start] !== OPEN_BRACKET) {
      return { texts: [], hasRepeats }
    }
    skipArray(document, array.start, array.end, 1, (start, end) => {
      const value = findValue(document, { start, end }, inside)
      if (value === undefined && this.#isSparse) return
      const text = canonicalText(document, value)
      hasRepeats ||= texts.has(text)
      texts.add(text)
    })
    return { texts: [...texts], hasRepeats }
  }
}

/** @returns false when there were too many */
function addCombinations(
  digests: Set<string>,
  columns: readonly Column[],
  before: readonly string[],
): boolean {
  const column = columns[before.length]
  if (column === undefined) {
    if (digests.size >= COMBINATIONS_MAX) return false
    digests.add(digestOf(before))
    return true
  }
  if (column.texts.length > 0) {
    return column.texts.every((text) => addCombinations(digests, columns, [...before, text]))
  }
  if (before.length === 0) return true
  const rest = columns.slice(before.length).map(() => NONE)
  return addCombinations(digests, columns, [...before, ...rest])
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256').update(texts.join(SEPARATOR), 'latin1')
  return hash.digest('binary').slice(0, DIGEST_BYTES)
}

/** Finds what lies under names from the top down; of repeated ones the last counts. */
function findValue(bytes: Buffer, top: Value, names: readonly string[]): Value | undefined {
  let value: Value | undefined = top
  for (const name of names) {
    if (value === undefined || bytes[value.start] !== OPEN_BRACE) return undefined
    value = findAttribute(bytes, value, name)
  }
  return value
}

function findAttribute(bytes: Buffer, object: Value, name: string): Value | undefined {
  let found: Value | undefined
  scanObject(bytes, object.start, object.end, (nameStart, nameEnd, valueStart) => {
    const valueEnd = skipValue(bytes, valueStart, object.end, 1)
    if (decodeText(bytes, nameStart, nameEnd) === name) found = { start: valueStart, end: valueEnd }
    return valueEnd
  })
  return found
}

/** The canonical form of a value, one character a byte; of nothing it is that of null. */
function canonicalText(bytes: Buffer, value: Value | undefined): string {
  if (value === undefined) return NULL
  return canonical.writeValue(bytes, value.start, value.end).toString('latin1')
}
