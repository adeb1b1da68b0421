import type { LogPosition, OperationOptions } from '../replica/index.js'
import type { Tick } from '../values/index.js'
import type { Json } from '../wire/index.js'
import { findCollection, readCopyMark, withCounters } from './catalog.js'
import { readValue, valueNames } from './kept-values.js'
import { readPosition } from './follow-position.js'
import { readDocument } from './read-document.js'
import { countMarkers } from './removed-log.js'
import type { StoreHandle } from './store-handle.js'
import type { CopyMark, StoreCollection, StoreDatabase, StoreView } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'
import type { StoreMode } from './store.js'
import type { CollectionRef, StoredDocument } from './store-transaction.js'
import type { WaitForTickOptions } from './tick-waiters.js'

/** What a store is and holds: the half of {@link Store} that only reads. */
export class StoreReads {
  readonly path: string
  readonly mode: StoreMode
  readonly serverId: string
  protected readonly handle: StoreHandle

  constructor(handle: StoreHandle) {
    this.handle = handle
    this.path = handle.path
    this.mode = handle.mode
    this.serverId = handle.serverId
  }

  get lastTick(): Tick {
    return this.handle.lastTick
  }

  async waitForTick(after: Tick, options: WaitForTickOptions): Promise<Tick> {
    return this.handle.waitForTick(after, options)
  }

  get markerCount(): number {
    return countMarkers(this.handle.tables())
  }

  async openSnapshot({ signal }: OperationOptions = {}): Promise<StoreSnapshot> {
    return this.handle.openSnapshot(signal)
  }

  close(): Promise<void> {
    return this.handle.close()
  }

  databases(): readonly StoreDatabase[] {
    return this.handle.catalog().databases
  }

  database(name: string): StoreDatabase | undefined {
    return this.databases().find((database) => database.name === name)
  }

  collections({ id }: StoreDatabase): readonly StoreCollection[] {
    const { meta } = this.handle.tables()
    return this.handle
      .catalog()
      .collections.filter(({ databaseId }) => databaseId === id)
      .map((collection) => withCounters(meta, collection))
      .filter((collection) => collection !== undefined)
  }

  collection({ id }: StoreDatabase, nameIdOrGuid: string): StoreCollection | undefined {
    const found = findCollection(this.handle.catalog(), id, nameIdOrGuid)
    return found && withCounters(this.handle.tables().meta, found)
  }

  views({ id }: StoreDatabase): readonly StoreView[] {
    return this.handle.catalog().views.filter(({ databaseId }) => databaseId === id)
  }

  document(collection: CollectionRef, key: string): StoredDocument | undefined {
    return readDocument(this.handle.tables(), collection, key)
  }

  copyMark({ id }: StoreDatabase): CopyMark | undefined {
    return readCopyMark(this.handle.tables().meta, id)
  }

  followPosition(database: StoreDatabase | undefined): LogPosition | undefined {
    return readPosition(this.handle.tables().meta, database?.id)
  }

  getMeta(name: string): Json {
    return readValue(this.handle.tables().meta, name)
  }

  metaNames(prefix: string): readonly string[] {
    return valueNames(this.handle.tables().meta, prefix)
  }
}
