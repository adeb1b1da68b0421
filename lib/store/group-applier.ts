import { ReplicationError } from '../core/index.js'
import { FollowError, type ApplyGroupsResult, type ChangeGroup } from '../replica/index.js'
import { tick } from '../values/index.js'
import {
  decodeText,
  ERROR_NUMBER,
  MARKER_TYPE,
  MarkerScanner,
  readMarker,
  type LineSpan,
} from '../wire/index.js'
import { documentFault, setKey } from './check-entry.js'
import { DocumentWriters } from './document-writers.js'
import { applyDefinition } from './follow-definition.js'
import { findDatabase } from './follow-databases.js'
import { findLogged } from './follow-names.js'
import { FollowRefusal, unknownObject } from './follow-refusal.js'
import { ReplicatedDocuments, WriteTally } from './replicated-documents.js'
import type { WriteTransaction } from './write-transaction.js'

/** Changes of documents that trees are told of at once: 16 bytes each, and memory is bounded. */
const PENDING_CHANGES_MAX = 100_000

/** What a {@link GroupApplier} applies to. */
export interface ApplierScope {
  /** Where everything goes; undefined goes by the name of each marker's database. */
  readonly databaseId: number | undefined
  readonly ignoresUnknown: boolean
  /** Wall clock. */
  readonly nowMs: number
}

/** A collection that documents are being written to. */
interface OpenCollection {
  readonly databaseId: number
  readonly documents: ReplicatedDocuments
}

/**
 * Applies groups of another replica's log inside one write transaction. Documents of all collections
 * are written in the order of the log; trees and counters follow at the end, and before each
 * definition, which may change what they belong to.
 */
export class GroupApplier {
  readonly #transaction: WriteTransaction
  readonly #scope: ApplierScope
  readonly #tally: WriteTally
  readonly #writers: DocumentWriters
  readonly #open = new Map<string, OpenCollection>()
  readonly #scanner = new MarkerScanner()
  #pendingChanges = 0
  #markers = 0
  #definitions = 0
  #hasRetired = false
  /** Whether the group is a transaction. */
  #isTransaction = false
  /** Database in whose log the transaction was begun. */
  #framedDatabaseId: number | undefined

  constructor(transaction: WriteTransaction, scope: ApplierScope) {
    this.#transaction = transaction
    this.#scope = scope
    this.#tally = new WriteTally(scope.nowMs)
    this.#writers = new DocumentWriters(transaction)
  }

  /** Tells whether there may be rows to be removed now. */
  get hasRetired(): boolean {
    return this.#hasRetired
  }

  /** Applies the markers of a group; a transaction is one in the log of this store, too. */
  apply(group: ChangeGroup): void {
    this.#isTransaction = group.transactionId !== undefined
    const scanner = this.#scanner
    for (const chunk of group.chunks()) {
      for (let line = 0; line < chunk.lineCount; line += 1) {
        if (chunk.scanMarker(line, scanner)) this.#applyScanned(chunk.buffer)
      }
    }
    if (this.#framedDatabaseId !== undefined) this.#transaction.commit(this.#framedDatabaseId)
    this.#framedDatabaseId = undefined
  }

  /** To be called once, after the last group. */
  finish(): ApplyGroupsResult {
    this.#flush()
    const written = this.#tally.finish(this.#transaction.clock)
    return { ...written, markers: this.#markers, definitions: this.#definitions }
  }

  #applyScanned(bytes: Buffer): void {
    try {
      switch (this.#scanner.type) {
        case MARKER_TYPE.document:
        case MARKER_TYPE.edge:
          this.#put(bytes)
          break
        case MARKER_TYPE.removal:
          this.#remove(bytes)
          break
        default:
          if (!this.#applyRare(bytes)) return
      }
    } catch (error) {
      throw this.#toFollowError(error, bytes)
    }
    this.#markers += 1
  }

  #put(bytes: Buffer): void {
    const { key, revision, data } = this.#scanner
    const documents = this.#documentsOf(bytes)
    const fault = setKey(documents.key, bytes, key.start, key.end)
    const reason = fault ?? documentFault(data.start, data.end)
    if (reason !== undefined) throw new FollowRefusal(reason)
    documents.put(bytes, revision, data)
  }

  #remove(bytes: Buffer): void {
    const { key } = this.#scanner
    const documents = this.#documentsOf(bytes)
    const reason = setKey(documents.key, bytes, key.start, key.end)
    if (reason !== undefined) throw new FollowRefusal(reason)
    documents.remove()
  }

  /** @returns false when the marker was passed over */
  #applyRare(bytes: Buffer): boolean {
    const marker = readMarker(bytes, this.#scanner)
    if (marker.kind === 'unknown' && this.#scope.ignoresUnknown) return false
    this.#flush()
    const place = {
      transaction: this.#transaction,
      isGlobal: this.#scope.databaseId === undefined,
      isInTransaction: this.#isTransaction,
      databaseId: () => this.#begin(this.#databaseOf(bytes)),
    }
    const { definitions, removals } = applyDefinition(place, marker)
    this.#definitions += definitions
    this.#tally.removals += removals
    this.#hasRetired ||= definitions > 0 || marker.kind === 'truncate-collection'
    return true
  }

  /** The collection that the scanned marker is of; the transaction has begun then. */
  #documentsOf(bytes: Buffer): ReplicatedDocuments {
    if (this.#pendingChanges >= PENDING_CHANGES_MAX) this.#flush()
    this.#pendingChanges += 1
    const name = this.#nameOf(bytes)
    let open = this.#open.get(name)
    if (open === undefined) {
      open = this.#openCollection(bytes)
      this.#open.set(name, open)
    }
    this.#begin(open.databaseId)
    return open.documents
  }

  /** What tells collections apart: texts as they stand in the line, which need not be decoded. */
  #nameOf(bytes: Buffer): string {
    const { globallyUniqueId, collectionName, databaseName } = this.#scanner
    const name =
      globallyUniqueId.start < 0
        ? `\n${rawText(bytes, collectionName)}`
        : rawText(bytes, globallyUniqueId)
    return this.#scope.databaseId === undefined ? `${rawText(bytes, databaseName)}\n${name}` : name
  }

  #openCollection(bytes: Buffer): OpenCollection {
    const databaseId = this.#databaseOf(bytes)
    const { globallyUniqueId, collectionName } = this.#scanner
    const found = findLogged(this.#transaction.catalog, databaseId, {
      globallyUniqueId: textOf(bytes, globallyUniqueId),
      collectionName: textOf(bytes, collectionName),
    })
    if (found === undefined) throw unknownObject()
    const options = { tally: this.#tally, takesRevisions: true }
    const documents = new ReplicatedDocuments(this.#writers.of(found.id), options)
    return { databaseId, documents }
  }

  #databaseOf(bytes: Buffer): number {
    const { databaseId } = this.#scope
    if (databaseId !== undefined) return databaseId
    const name = textOf(bytes, this.#scanner.databaseName)
    const found = name === undefined ? undefined : findDatabase(this.#transaction, name)
    if (found !== undefined) return found.id
    const reason = name === undefined ? 'it names no database' : `there is no database "${name}"`
    throw new FollowRefusal(reason, ERROR_NUMBER.databaseNotFound)
  }

  /** Begins the group's transaction with its first marker, so that an empty one leaves no trace. */
  #begin(databaseId: number): number {
    if (this.#isTransaction && this.#framedDatabaseId === undefined) {
      this.#transaction.begin(databaseId)
      this.#framedDatabaseId = databaseId
    }
    return databaseId
  }

  #flush(): void {
    this.#writers.finish()
    this.#open.clear()
    this.#pendingChanges = 0
  }

  #toFollowError(error: unknown, bytes: Buffer): unknown {
    if (!(error instanceof FollowRefusal) && !(error instanceof ReplicationError)) return error
    const { type, tick: at, collectionName, globallyUniqueId } = this.#scanner
    const marker = {
      tick: tick(BigInt(rawText(bytes, at))),
      type,
      collection: textOf(bytes, collectionName) ?? textOf(bytes, globallyUniqueId),
    }
    if (error instanceof ReplicationError) {
      return new FollowError(marker, error.message, { cause: error })
    }
    return new FollowError(marker, error.message, { errorNumber: error.errorNumber })
  }
}

function rawText(bytes: Buffer, { start, end }: LineSpan): string {
  return start < 0 ? '' : bytes.toString('latin1', start, end)
}

function textOf(bytes: Buffer, { start, end }: LineSpan): string | undefined {
  return start < 0 ? undefined : decodeText(bytes, start, end)
}
