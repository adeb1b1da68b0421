import type { CatalogReader } from './catalog.js'
import { ChunkBudget } from './chunk-budget.js'
import type { Tables } from './layout.js'
import { LmdbSnapshot } from './lmdb-snapshot.js'
import { StoreError } from './store-error.js'

/** Reader slots that snapshots leave to ordinary reads and to other processes. */
const FREE_READERS = 32
const STALE_CHECK_MS = 60_000

/** What a {@link SnapshotKeeper} is made of. */
export interface SnapshotKeeperParts {
  readonly tables: Tables
  readonly catalogs: CatalogReader
  readonly chunkBytesMax: number
  /** Resolves when everything that is committed by now is on the disk. */
  readonly flushed: () => Promise<void>
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
    const { tables, catalogs, flushed } = this.#parts
    const limit = tables.maxReaders - FREE_READERS
    if (this.#open.size >= limit) {
      const reason = `${limit} snapshots are open`
      throw new StoreError('ERR_SNAPSHOT_LIMIT', `Cannot open a snapshot: ${reason}`)
    }
    const onEnd = (ended: LmdbSnapshot): void => {
      this.#open.delete(ended)
    }
    const snapshot = new LmdbSnapshot({ tables, catalogs, budget: this.#budget, onEnd })
    this.#open.add(snapshot)
    try {
      // A commit can be seen before it is on the disk; whoever gets the snapshot may rely on it.
      await flushed()
      signal?.throwIfAborted()
      snapshot.assertOpen()
    } catch (error) {
      snapshot.close()
      throw error
    }
    return snapshot
  }

  /** Ends all snapshots: their reads refuse from now on. */
  close(): void {
    clearInterval(this.#timer)
    for (const snapshot of this.#open) snapshot.end()
  }
}
