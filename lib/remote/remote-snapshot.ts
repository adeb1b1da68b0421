import type {
  DumpedChunk,
  DumpOptions,
  OperationOptions,
  Snapshot,
  SnapshotInventory,
} from '../replica/index.js'
import type { Tick } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import type { BatchSession } from './batch-session.js'
import { dumpCollection } from './dump-collection.js'
import { fetchInventory } from './fetch-inventory.js'

/** A batch of a server as a view of a database. */
export class RemoteSnapshot implements Snapshot {
  readonly tick: Tick
  readonly serverId: string
  readonly #session: BatchSession
  readonly #onClose: () => void

  constructor(session: BatchSession, onClose: () => void) {
    this.tick = session.opened.batch.lastTick
    this.serverId = session.opened.serverId
    this.#session = session
    this.#onClose = onClose
  }

  inventory({ signal }: OperationOptions = {}): Promise<SnapshotInventory> {
    this.#session.assertOpen()
    return fetchInventory(this.#session, signal)
  }

  /** Two dumps of one collection at one time disturb each other on ArangoDB. */
  dump(collection: CollectionDefinition, options: DumpOptions = {}): AsyncIterable<DumpedChunk> {
    this.#session.assertOpen()
    return dumpCollection(this.#session, collection, options)
  }

  async close(): Promise<void> {
    await this.#session.close()
    this.#onClose()
  }
}
