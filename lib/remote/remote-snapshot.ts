import type { MerkleTree } from '../merkle/index.js'
import {
  buildTreeOfDump,
  fitKeptTree,
  type DumpedChunk,
  type DumpOptions,
  type InventoryOptions,
  type KeyAccess,
  type OperationOptions,
  type RevisionAccess,
  type Snapshot,
  type SnapshotInventory,
  type TreeOptions,
} from '../replica/index.js'
import { revision, type RevisionRange, type Tick } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import type { BatchSession } from './batch-session.js'
import { dumpCollection } from './dump-collection.js'
import { dumpInParallel, wishFor } from './dump-in-parallel.js'
import { fetchDocuments } from './fetch-documents.js'
import { fetchInventory } from './fetch-inventory.js'
import { fetchRevisions } from './fetch-ranges.js'
import { fetchTree } from './fetch-tree.js'
import { knowsRevisions } from './knows-revisions.js'
import { openKeys } from './open-keys.js'
import type { ParallelDumps } from './parallel-dumps.js'

/** So many documents come as one answer, for which nothing has to be started and ended. */
const FEW_DOCUMENTS = 2000

/** A batch of a server as a view of a database. */
export class RemoteSnapshot implements Snapshot {
  readonly tick: Tick
  readonly serverId: string
  readonly #session: BatchSession
  readonly #dumps: ParallelDumps | undefined
  readonly #inventory: SnapshotInventory | undefined
  /** Names of the collections of which one answer has all. */
  readonly #small = new Set<string>()
  /** What is known of collections, by name. */
  readonly #syncedByRevision = new Map<string, boolean>()

  /**
   * @param dumps - where collections may be read through parallel dumps
   * @param inventory - where it has been read already
   */
  constructor(session: BatchSession, dumps?: ParallelDumps, inventory?: SnapshotInventory) {
    this.tick = session.opened.batch.lastTick
    this.serverId = session.opened.serverId
    this.#session = session
    this.#dumps = dumps
    this.#inventory = inventory
    if (inventory !== undefined) this.#noteSizes(inventory)
  }

  inventory(options: InventoryOptions = {}): Promise<SnapshotInventory> {
    this.#session.assertOpen()
    const known = this.#inventory
    return known === undefined ? this.#fetchInventory(options) : Promise.resolve(known)
  }

  /** Two plain dumps of one collection at one time disturb each other on ArangoDB. */
  dump(collection: CollectionDefinition, options: DumpOptions = {}): AsyncIterable<DumpedChunk> {
    this.#session.assertOpen()
    return this.#dump(collection, options)
  }

  /**
   * Gives the tree that the server keeps, or one of the revisions that it tells; where it does not
   * sync the collection by revision, one of the dump, of which two at one time disturb each other.
   */
  async tree(collection: CollectionDefinition, options: TreeOptions): Promise<MerkleTree> {
    this.#session.assertOpen()
    const { signal, onTransfer } = options
    const kept = await fetchTree(this.#session, collection, options)
    this.#syncedByRevision.set(collection.name, kept !== undefined)
    if (kept === undefined) {
      this.#tellUnsupported(collection)
      return buildTreeOfDump(collection, options, () =>
        dumpCollection(this.#session, collection, { signal, onTransfer }),
      )
    }
    return fitKeptTree(kept, collection, options, () =>
      fetchRevisions(this.#session, collection, [rangeOf(kept)], { signal, onTransfer }),
    )
  }

  async seek(
    collection: CollectionDefinition,
    { signal }: OperationOptions = {},
  ): Promise<RevisionAccess | undefined> {
    this.#session.assertOpen()
    const { name } = collection
    const isSynced =
      this.#syncedByRevision.get(name) ?? (await knowsRevisions(this.#session, collection, signal))
    this.#syncedByRevision.set(name, isSynced)
    if (!isSynced) return undefined
    const session = this.#session
    return {
      revisions: (ranges, options) => fetchRevisions(session, collection, ranges, options),
      documents: (revisions, options) => fetchDocuments(session, collection, revisions, options),
    }
  }

  /** Leaders before 3.8 know no other way, and later ones of collections that they took over from then. */
  seekKeys(
    collection: CollectionDefinition,
    { signal }: OperationOptions = {},
  ): Promise<KeyAccess | undefined> {
    this.#session.assertOpen()
    return openKeys(this.#session, collection, signal)
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  async *#dump(
    collection: CollectionDefinition,
    options: DumpOptions,
  ): AsyncGenerator<DumpedChunk> {
    const context = this.#small.has(collection.name)
      ? undefined
      : await this.#dumps?.start(this.#session, wishFor(collection.name, options), options.signal)
    if (context === undefined) yield* dumpCollection(this.#session, collection, options)
    else yield* dumpInParallel(context, options)
  }

  async #fetchInventory(options: InventoryOptions): Promise<SnapshotInventory> {
    const inventory = await fetchInventory(this.#session, options)
    this.#noteSizes(inventory)
    return inventory
  }

  #noteSizes({ collections }: SnapshotInventory): void {
    for (const { definition, size } of collections) {
      if (size.documents === undefined) continue
      if (size.documents <= FEW_DOCUMENTS) this.#small.add(definition.name)
    }
  }

  #tellUnsupported({ name }: CollectionDefinition): void {
    const { address, onNotice } = this.#session.connection
    const reason = `the server ${address} does not sync collection "${name}" by revision`
    onNotice({ kind: 'warning', message: `${reason}; its tree is built from all of its documents` })
  }
}

/** The revisions that a tree can tell of. */
function rangeOf({ rangeMin, rangeMax }: MerkleTree): RevisionRange {
  return { from: revision(rangeMin), through: revision(rangeMax - 1n) }
}
