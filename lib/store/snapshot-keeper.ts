import type { ReplicaNotice } from '../replica/index.js'
import type { CatalogReader } from './catalog.js'
import { ChunkBudget } from './chunk-budget.js'
import type { Tables } from './layout.js'
import { LmdbSnapshot } from './lmdb-snapshot.js'
import { StoreError } from './store-error.js'

/** Reader slots that snapshots leave to ordinary reads and to other processes. */
const FREE_READERS = 32
const STALE_CHECK_MS = 60_000
/** MDB_READERS_FULL: whoever opened the files first decided how many slots there are. */
const READERS_FULL = -30790

/** What a {@link SnapshotKeeper} is made of. */
export interface SnapshotKeeperParts {
  readonly tables: Tables
  readonly catalogs: CatalogReader
  readonly chunkBytesMax: number
  /** Resolves when everything that is committed by now is on the disk. */
  readonly flushed: () => Promise<void>
  /** Called for trees that do not fit their documents. */
  readonly onNotice: ((notice: ReplicaNotice) => void) | undefined
}

/** Opens the snapshots of a store, and ends those that are still open when it closes. */
export class SnapshotKeeper {
  readonly #parts: SnapshotKeeperParts
  readonly #budget: ChunkBudget
  readonly #open = new Set<LmdbSnapshot>()
  readonly #timer: NodeJS.Timeout

  constructor(parts: SnapshotKeeperParts) {
    this.#parts = parts
    this.#budget = new ChunkBudget(parts.chunkBytesMax)
    const { root } = parts.tables
    root.readerCheck()
    // Slots of processes that died would pin their pages, and be missing when all are needed.
    this.#timer = setInterval(() => root.readerCheck(), STALE_CHECK_MS).unref()
  }

  /** @throws StoreError `ERR_SNAPSHOT_LIMIT` */
  async open(signal: AbortSignal | undefined): Promise<LmdbSnapshot> {
    signal?.throwIfAborted()
    const limit = this.#parts.tables.maxReaders - FREE_READERS
    if (this.#open.size >= limit) throw limitReached(`${limit} snapshots are open`)
    const snapshot = this.#begin()
    this.#open.add(snapshot)
    try {
      // A commit can be seen before it is on the disk; whoever gets the snapshot may rely on it.
      await this.#parts.flushed()
      signal?.throwIfAborted()
      snapshot.assertOpen()
    } catch (error) {
      snapshot.close()
      throw error
    }
    return snapshot
  }

  #begin(): LmdbSnapshot {
    const { tables, catalogs, onNotice } = this.#parts
    const onEnd = (ended: LmdbSnapshot): void => {
      this.#open.delete(ended)
    }
    try {
      return new LmdbSnapshot({ tables, catalogs, budget: this.#budget, onEnd, onNotice })
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== READERS_FULL) throw cause
      throw limitReached('other processes have all the reader slots', { cause })
    }
  }

  /** Ends all snapshots: their reads refuse from now on. */
  close(): void {
    clearInterval(this.#timer)
    for (const snapshot of this.#open) snapshot.end()
  }
}

function limitReached(reason: string, options?: ErrorOptions): StoreError {
  return new StoreError('ERR_SNAPSHOT_LIMIT', `Cannot open a snapshot: ${reason}`, options)
}
