import assert from 'node:assert/strict'
import {
  encodeRevision,
  formatRevision,
  joinLanes,
  revision,
  tick,
  type Revision,
} from '../values/index.js'
import { DumpLineScanner } from '../wire/index.js'
import type { CountersRow } from './catalog.js'
import { requireCounters } from './collection-writes.js'
import type { KeyGenerator } from './key-generator.js'
import type { DocumentSpan } from './document-span.js'
import { isDigit } from './is-digit.js'
import { META, putRow, rowName } from './meta-rows.js'
import { setLineKey } from './line-key.js'
import { openKeys } from './open-keys.js'
import { DocumentKey, KeyKey, readU32 } from './row-keys.js'
import { replaceRevision } from './revision-text.js'
import { TreeChanges } from './tree-changes.js'
import { UniqueRows } from './unique-rows.js'
import { MARKER_TYPE } from './wal-record.js'
import type { MarkerPlace, WriteTransaction } from './write-transaction.js'

const NO_OVERWRITE = { noOverwrite: true }
const REVISION_BYTES = 8

/**
 * Writes documents of one collection inside one write transaction, and its tree and counters at the
 * end. Documents, keys, markers, tree and counters change together or not at all.
 */
export class DocumentWriter {
  readonly #transaction: WriteTransaction
  readonly #place: MarkerPlace
  readonly #counters: CountersRow
  readonly #old = new DocumentKey()
  readonly #changes = new TreeChanges()
  readonly #scanner = new DumpLineScanner()
  readonly #expectsNew: boolean
  readonly #revisionBytes = Buffer.alloc(REVISION_BYTES)
  /** Undefined where there is nothing to enforce. */
  readonly #unique: UniqueRows | undefined
  #documents: number
  #bytes: number
  #hasReplacedRevisions: boolean
  #keys: KeyGenerator | undefined

  /**
   * @param expectsNew - most keys of {@link put} are not there: it looks for them by putting them
   * @throws StoreError `ERR_COLLECTION_NOT_FOUND`
   */
  constructor(transaction: WriteTransaction, id: number, expectsNew = false) {
    this.#transaction = transaction
    this.#expectsNew = expectsNew
    this.#counters = requireCounters(transaction, id)
    this.#place = { databaseId: this.#counters.databaseId, objectId: id }
    this.#documents = this.#counters.documents
    this.#bytes = this.#counters.bytes
    this.#hasReplacedRevisions = this.#counters.hasReplacedRevisions
    this.#unique = this.#openUnique()
  }

  /** The collection as it was when the transaction began. */
  get collection(): CountersRow {
    return this.#counters
  }

  /** Gives new documents their keys. */
  get keys(): KeyGenerator {
    this.#keys ??= openKeys(this.#transaction, this.#place.objectId, this.#counters, (key) => {
      return this.revisionOf(key) !== undefined
    })
    return this.#keys
  }

  /** The revision of the document with the key; undefined when there is none. */
  revisionOf(key: KeyKey): Revision | undefined {
    return this.#readOld(key) ? revision(joinLanes(this.#old)) : undefined
  }

  /** The text of a document that is there. */
  read(key: KeyKey): Buffer {
    assert(this.#readOld(key), 'a document has the key')
    const text = this.#transaction.tables.documents.getBinary(this.#old)
    assert(text !== undefined, 'every key has its document')
    return text
  }

  /**
   * Puts a replicated document under its revision, in place of one with the same key; one with the
   * same key and the same revision is left as it is. Unique indexes stand in no replicated document's
   * way: what has its values goes, or changes, with a change of its own.
   *
   * @returns bytes of the document, or -1 when another key has the revision: nothing was written
   */
  put(key: KeyKey, revisionKey: DocumentKey, document: DocumentSpan): number {
    const { documents, keys } = this.#transaction.tables
    const length = document.end - document.start
    this.#setRevisionBytes(revisionKey)
    const isNew = this.#expectsNew && keys.putSync(key, this.#revisionBytes, NO_OVERWRITE)
    const hadKey = !isNew && this.#readOld(key)
    if (hadKey && this.#old.high === revisionKey.high && this.#old.low === revisionKey.low) {
      return length
    }
    const bytes = document.bytes.subarray(document.start, document.end)
    if (documents.putSync(revisionKey, bytes, NO_OVERWRITE)) {
      if (!isNew) keys.putSync(key, this.#revisionBytes)
      this.#replaceOld(key, hadKey, bytes)
      const at = tick(this.#transaction.clock.next())
      this.#transaction.markBytes(MARKER_TYPE.document, this.#place, bytes, at)
      this.#count(revisionKey, length)
      return length
    }
    if (isNew) keys.removeSync(key)
    return -1
  }

  /** Makes the unique indexes those of the new text, and takes the old document away. */
  #replaceOld(key: KeyKey, hadKey: boolean, bytes: Buffer): void {
    this.#beginUnique(key, hadKey)?.to(bytes).apply()
    if (hadKey) this.#removeOldDocument()
    else this.#noteKey(key)
  }

  /**
   * Puts a document that is written here under a new revision, which is the tick of the write.
   *
   * @param make - makes the document's text with the revision in it
   * @throws DocumentError `ERR_UNIQUE_CONFLICT`, StoreError `ERR_DOCUMENT_TOO_LARGE`; then nothing was
   *   written
   */
  putNew(key: KeyKey, make: (revision: Revision) => Buffer): Revision {
    return this.#putNew(key, make, true)
  }

  #putNew(key: KeyKey, make: (revision: Revision) => Buffer, isChecked: boolean): Revision {
    const { clock, tables } = this.#transaction
    const hadKey = this.#readOld(key)
    const unique = this.#beginUnique(key, hadKey)
    const revisionKey = new DocumentKey()
    for (;;) {
      const made = clock.next()
      const bytes = make(made)
      unique?.to(bytes)
      if (isChecked) unique?.check()
      revisionKey.setRevision(this.#counters.space, made)
      // Replicated documents may have taken revisions that the clock has not reached yet.
      if (!tables.documents.putSync(revisionKey, bytes, NO_OVERWRITE)) continue
      unique?.apply()
      if (hadKey) this.#removeOldDocument()
      this.#setRevisionBytes(revisionKey)
      tables.keys.putSync(key, this.#revisionBytes)
      this.#transaction.markBytes(MARKER_TYPE.document, this.#place, bytes, tick(made))
      this.#count(revisionKey, bytes.length)
      return made
    }
  }

  /**
   * Checks a document that is to be put: {@link put} puts it whatever others there are.
   *
   * @throws DocumentError `ERR_UNIQUE_CONFLICT`, StoreError `ERR_DOCUMENT_TOO_LARGE`
   */
  checkUnique(key: KeyKey, text: Buffer): void {
    this.#beginUnique(key, this.#readOld(key))?.to(text).check()
  }

  /** Takes in a revision that was kept: later ones of this store are larger. */
  observe(kept: Revision): void {
    this.#transaction.clock.observe(kept)
  }

  /** Puts a replicated document that cannot keep its revision; returns the bytes it has then. */
  putWithNewRevision(key: KeyKey, { bytes, start, end }: DocumentSpan): number {
    let length = 0
    const make = (made: Revision): Buffer => {
      const document = replaceRevision(bytes, start, end, encodeRevision(made))
      length = document.length
      return document
    }
    this.#putNew(key, make, false)
    this.#noteKey(key)
    this.#hasReplacedRevisions = true
    return length
  }

  /**
   * Removes the document with the key.
   *
   * @returns false when there is none
   */
  remove(key: KeyKey): boolean {
    if (!this.#readOld(key)) return false
    this.#beginUnique(key, true)?.apply()
    this.#removeOldDocument()
    this.#removeKey(key)
    return true
  }

  /**
   * Removes the document that has a revision.
   *
   * @returns bytes of the document, or -1 when there is none
   */
  removeRevision({ high, low }: DocumentKey): number {
    const { documents } = this.#transaction.tables
    this.#old.set(this.#counters.space, high, low)
    const found = documents.getBinaryFast(this.#old)
    if (found === undefined) return -1
    const bytes = documents.lastSize
    this.#scanner.scan(Buffer.from(found.buffer, found.byteOffset, bytes), 0, bytes)
    const { keyStart, keyEnd } = this.#scanner
    // A copy, quotes included: what was found is valid until the next read.
    const text = Buffer.from(found.subarray(keyStart - 1, keyEnd + 1))
    const key = new KeyKey().set(this.#old.space, text, 0, 0)
    assert(setLineKey(key, text, 1, text.length - 1), 'documents have well-formed keys')
    this.#beginUnique(key, true)?.apply()
    this.#removeOldDocument(bytes)
    this.#removeKey(key)
    return bytes
  }

  /** Changes the tree and writes the counters; to be called once, after the last document. */
  finish(): void {
    const { tables } = this.#transaction
    const { space, documents, tree: row } = this.#counters
    const lastKey = this.#keys?.counts === true ? this.#keys.last : 0n
    const counters: CountersRow = {
      ...this.#counters,
      documents: this.#documents,
      bytes: this.#bytes,
      hasReplacedRevisions: this.#hasReplacedRevisions,
      ...(lastKey > 0n ? { lastKey: lastKey.toString() } : {}),
      tree: row && this.#changes.apply(tables, { space, documents, row }),
    }
    putRow(tables.meta, rowName(META.counters, this.#place.objectId), counters)
  }

  /** Where keys are counted, those of replicated documents count too. */
  #noteKey({ bytes, start, end }: KeyKey): void {
    // Most collections have no keys that could count, and need no generator for this.
    if (!isDigit(bytes[start])) return
    if (this.keys.counts) this.keys.note(Buffer.from(bytes.subarray(start, end)).toString())
  }

  #openUnique(): UniqueRows | undefined {
    const { name: collection, uniqueIndexes: indexes = [] } = this.#counters
    if (indexes.length === 0) return undefined
    return new UniqueRows({ table: this.#transaction.tables.unique, indexes, collection })
  }

  /** @param hadKey - whether the document of {@link #old} is to be replaced or removed */
  #beginUnique(key: KeyKey, hadKey: boolean): ReturnType<UniqueRows['begin']> | undefined {
    if (this.#unique === undefined) return undefined
    const { documents } = this.#transaction.tables
    const old = hadKey ? documents.getBinary(this.#old) : undefined
    return this.#unique.begin(key, old)
  }

  /** Finds the revision that the key has now. */
  #readOld(key: KeyKey): boolean {
    const bytes = this.#transaction.tables.keys.getBinaryFast(key)
    if (bytes === undefined) return false
    this.#old.set(this.#counters.space, readU32(bytes, 0), readU32(bytes, 4))
    return true
  }

  /** @param bytes - of the document; undefined reads it to know them */
  #removeOldDocument(bytes?: number): void {
    const { documents } = this.#transaction.tables
    if (bytes === undefined) documents.getBinaryFast(this.#old)
    this.#documents -= 1
    this.#bytes -= bytes ?? documents.lastSize
    documents.removeSync(this.#old)
    this.#changes.remove(this.#old)
  }

  /** Removes the row of a key whose document is gone, and says so in the log. */
  #removeKey(key: KeyKey): void {
    this.#transaction.tables.keys.removeSync(key)
    const old = revision(joinLanes(this.#old))
    const data = {
      _key: Buffer.from(key.bytes.subarray(key.start, key.end)).toString(),
      _rev: formatRevision(old),
    }
    this.#transaction.mark(MARKER_TYPE.removal, this.#place, data)
  }

  #setRevisionBytes({ high, low }: DocumentKey): void {
    this.#revisionBytes.writeUInt32BE(high, 0)
    this.#revisionBytes.writeUInt32BE(low, 4)
  }

  #count(revisionKey: DocumentKey, length: number): void {
    this.#changes.insert(revisionKey)
    this.#documents += 1
    this.#bytes += length
  }
}
