import { DocumentError } from './document-error.js'
import { COMBINATIONS_MAX, IndexValuesReader, NO_VALUES, type IndexValues } from './index-values.js'
import type { UniqueTable } from './layout.js'
import { refusedDocument } from './refused-document.js'
import { DIGEST_BYTES, UniqueKey, type KeyKey } from './row-keys.js'
import type { UniqueIndex } from './unique-index.js'

const NOTHING = new Uint8Array(0)
/** No byte of UTF-8, so that it is behind every `_key`. */
const AFTER_KEYS = { bytes: Uint8Array.of(0xff), start: 0, end: 1 }
/** Rows that tell whether another document has the values: the own one may come first. */
const ROWS_TO_TELL = 2

interface Enforced {
  readonly index: UniqueIndex
  readonly reader: IndexValuesReader
}

/** Values of one document, by index. */
export type Values = readonly IndexValues[]

/** How {@link UniqueRows} are used. */
export interface UniqueRowsParts {
  readonly table: UniqueTable
  readonly indexes: readonly UniqueIndex[]
  /** Name of the collection. */
  readonly collection: string
  /** What cannot be done where there is a conflict. Default: to write the document. */
  readonly action?: string | undefined
}

/**
 * The rows of unique indexes of one collection, inside a write transaction. A row says that a document
 * has values, and every document has its rows: several ones of the same values where replication has
 * brought them.
 */
export class UniqueRows {
  readonly #table: UniqueTable
  readonly #collection: string
  readonly #action: string
  readonly #enforced: readonly Enforced[]

  constructor({ table, indexes, collection, action = 'write the document' }: UniqueRowsParts) {
    this.#table = table
    this.#action = action
    this.#collection = collection
    this.#enforced = indexes.map((index) => ({ index, reader: new IndexValuesReader(index) }))
  }

  /**
   * Begins to change the rows of a document.
   *
   * @param old - its text as it is; undefined when there is none
   */
  begin(key: KeyKey, old: Buffer | undefined): UniqueChange {
    return new UniqueChange(this, key, this.valuesOf(old))
  }

  /** What the indexes make of a document. */
  valuesOf(document: Buffer | undefined): Values {
    return this.#enforced.map(({ reader }) =>
      document === undefined ? NO_VALUES : reader.read(document),
    )
  }

  /**
   * Checks that no other document has the values; those that the document has already are not looked
   * at.
   *
   * @throws DocumentError `ERR_UNIQUE_CONFLICT`; StoreError `ERR_DOCUMENT_TOO_LARGE`
   */
  check(key: KeyKey, old: Values, values: Values): void {
    for (const [place, { index }] of this.#enforced.entries()) {
      const { digests, hasRepeats, isCut } = values[place] as IndexValues
      if (isCut) throw tooManyValues(index)
      if (hasRepeats && !index.deduplicate) throw this.#conflict(index, textOf(key), true)
      for (const digest of added((old[place] as IndexValues).digests, digests)) {
        const other = this.#findOther(index, digest, key)
        if (other !== undefined) throw this.#conflict(index, other.toString())
      }
    }
  }

  /** Tells whether another document has some of the values. */
  isShared(key: KeyKey, values: Values): boolean {
    return this.#enforced.some(({ index }, place) =>
      [...(values[place] as IndexValues).digests].some(
        (digest) => this.#findOther(index, digest, key) !== undefined,
      ),
    )
  }

  /** Makes the rows of a document those of its new values. */
  change(key: KeyKey, old: Values, values: Values): void {
    const row = new UniqueKey()
    for (const [place, { index }] of this.#enforced.entries()) {
      const before = (old[place] as IndexValues).digests
      const after = (values[place] as IndexValues).digests
      // The scan of a build may have passed the revision that the document has from now on.
      const known = isComplete(index) ? before : NO_VALUES.digests
      for (const digest of added(after, before)) {
        this.#table.removeSync(row.set(index.number, digest, key))
      }
      for (const digest of added(known, after)) {
        this.#table.putSync(row.set(index.number, digest, key), NOTHING)
      }
    }
  }

  /** The `_key` of another document that has the values. */
  #findOther({ number }: UniqueIndex, digest: string, key: KeyKey): Buffer | undefined {
    const start = new UniqueKey().set(number, digest)
    const end = new UniqueKey().set(number, digest, AFTER_KEYS)
    const range = { start, end, limit: ROWS_TO_TELL, values: false }
    const own = key.bytes.subarray(key.start, key.end)
    return ([...this.#table.getRange(range)] as Buffer[])
      .map((bytes) => bytes.subarray(DIGEST_BYTES))
      .find((other) => !other.equals(own))
  }

  #conflict({ name, type, fields }: UniqueIndex, key: string, isOwn = false): DocumentError {
    const place = `in index ${name} of type ${type} over '${fields.join(', ')}'`
    const other = isOwn ? 'a value is repeated' : `conflicting key: ${key}`
    const reason = `unique constraint violated - ${place}; ${other}`
    const present = { collection: this.#collection, key }
    return new DocumentError('ERR_UNIQUE_CONFLICT', `Cannot ${this.#action}: ${reason}`, present)
  }
}

/** A change of the rows of one document. */
class UniqueChange {
  readonly #rows: UniqueRows
  readonly #key: KeyKey
  readonly #old: Values
  #values: Values

  constructor(rows: UniqueRows, key: KeyKey, old: Values) {
    this.#rows = rows
    this.#key = key
    this.#old = old
    this.#values = rows.valuesOf(undefined)
  }

  /** Says what the document is to be; without it there is none afterwards. */
  to(document: Buffer): this {
    this.#values = this.#rows.valuesOf(document)
    return this
  }

  /** See {@link UniqueRows.check}. */
  check(): this {
    this.#rows.check(this.#key, this.#old, this.#values)
    return this
  }

  apply(): void {
    this.#rows.change(this.#key, this.#old, this.#values)
  }
}

/** Whether every document that is there has its rows. */
function isComplete({ isBuilding, creation }: UniqueIndex): boolean {
  return isBuilding !== true && creation === undefined
}

/** What is in the second set alone. */
function* added(before: ReadonlySet<string>, after: ReadonlySet<string>): Generator<string> {
  for (const digest of after) if (!before.has(digest)) yield digest
}

function textOf({ bytes, start, end }: KeyKey): string {
  return Buffer.from(bytes.subarray(start, end)).toString()
}

function tooManyValues({ name }: UniqueIndex): Error {
  const reason = `it has over ${COMBINATIONS_MAX} combinations of values for index ${name}`
  return refusedDocument('ERR_DOCUMENT_TOO_LARGE', reason)
}
