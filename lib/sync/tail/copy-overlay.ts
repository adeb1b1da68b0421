import type { CopiedCollection, LocalCopy } from './local-copy.js'

/** What an entry takes beside its key and its document. */
const ENTRY_COST_BYTES = 200

/** Of which document a change speaks. */
export interface ChangedDocument {
  readonly databaseName: string
  readonly collection: CopiedCollection
  readonly key: string
}

/**
 * A local copy with the changes of a group that it does not hold yet, so that several changes of one
 * document in one group follow from each other. Bounded: beyond `bytesMax` nothing is told of the
 * rest of the group.
 */
export class CopyOverlay {
  readonly #copy: LocalCopy
  readonly #bytesMax: number
  /** By database, then by collection. */
  readonly #changed = new Map<string, Map<string, ChangedCollection>>()
  readonly #dropped = new Set<string>()
  #bytes = 0

  constructor(copy: LocalCopy, bytesMax: number) {
    this.#copy = copy
    this.#bytesMax = bytesMax
  }

  /** False once the changes of the group did not fit. */
  get isTelling(): boolean {
    return this.#bytes <= this.#bytesMax
  }

  /**
   * Puts another version in the place of a document.
   *
   * @param after - undefined when the document is removed
   * @returns the version before; undefined when there is none, or {@link isTelling} is false
   */
  replace(document: ChangedDocument, after: Buffer | undefined): Buffer | undefined {
    if (!this.isTelling) return undefined
    const { databaseName, collection, key } = document
    const changed = this.#collection(databaseName, collection)
    const before = changed.documents.has(key)
      ? changed.documents.get(key)
      : this.#copied(document, changed)
    // A copy, since views would keep all that they are views of.
    changed.documents.set(key, after && Buffer.from(after))
    this.#bytes += ENTRY_COST_BYTES + 2 * key.length + (after?.length ?? 0)
    if (this.#bytes > this.#bytesMax) this.#changed.clear()
    return before
  }

  /** All documents of a collection go. */
  empty(databaseName: string, collection: CopiedCollection): void {
    const changed = this.#collection(databaseName, collection)
    changed.isEmptied = true
    changed.documents.clear()
  }

  /** A database goes, or begins anew. */
  drop(databaseName: string): void {
    this.#dropped.add(databaseName)
    this.#changed.delete(databaseName)
  }

  #copied(
    { databaseName, collection, key }: ChangedDocument,
    { isEmptied }: ChangedCollection,
  ): Buffer | undefined {
    if (isEmptied || this.#dropped.has(databaseName)) return undefined
    return this.#copy.document(databaseName, collection, key)
  }

  #collection(
    databaseName: string,
    { globallyUniqueId, name = '' }: CopiedCollection,
  ): ChangedCollection {
    let collections = this.#changed.get(databaseName)
    if (collections === undefined) {
      collections = new Map()
      this.#changed.set(databaseName, collections)
    }
    const id = globallyUniqueId ?? name
    let changed = collections.get(id)
    if (changed === undefined) {
      changed = { isEmptied: false, documents: new Map() }
      collections.set(id, changed)
    }
    return changed
  }
}

interface ChangedCollection {
  /** Nothing of it in the copy counts any more. */
  isEmptied: boolean
  /** The newest version of each document; undefined for those that were removed. */
  readonly documents: Map<string, Buffer | undefined>
}
