import { FOLLOW_CHUNK_BYTES, TAIL_CHUNK_BYTES_MAX, TAIL_MARKERS_MAX } from '../core/index.js'
import type {
  ChangeLog,
  ChangeLogOptions,
  ChangeLogState,
  LogAnswer,
  LoggedCollection,
  LogRequest,
  OperationOptions,
} from '../replica/index.js'
import { chunkMarkers } from '../streams/index.js'
import type { Tick } from '../values/index.js'
import { isReplicated } from '../wire/index.js'
import { missingDatabase } from './missing-database.js'
import { placeInOwnLog } from './own-log.js'
import { SYSTEM_DATABASE, type StoreDatabase } from './store-records.js'
import type { LogChunk, StoreSnapshot } from './store-snapshot.js'
import type { Store } from './store.js'

/** Whose log a {@link StoreLog} is. */
export interface StoreLogSource {
  readonly store: Store
  /** Of the source, for messages. */
  readonly address: string
  readonly database: string
}

/** What was read out of one snapshot. */
interface ReadChunk {
  readonly chunk: LogChunk
  readonly lastTick: Tick
  /** The highest tick that was removed from the log. */
  /** Nothing is missing behind where it was read from. */
  readonly isWhole: boolean
}

/**
 * The log of a store, in process; another process may write it. Every read takes a snapshot of its
 * own and gives it back before it answers, so that whoever follows slowly pins no pages.
 */
export class StoreLog implements ChangeLog {
  readonly address: string
  readonly database: string | undefined
  readonly #store: Store
  readonly #system: { readonly includeSystem: boolean; readonly includeFoxxQueues: boolean }
  readonly #chunkBytes: number

  /** @throws RangeError when the log of all databases is asked of another one than `_system` */
  constructor({ store, address, database }: StoreLogSource, options: ChangeLogOptions) {
    const { isGlobal = false, chunkBytes = FOLLOW_CHUNK_BYTES } = options
    if (isGlobal && database !== SYSTEM_DATABASE) {
      const reason = `it is had from "${SYSTEM_DATABASE}" only`
      throw new RangeError(`Cannot open the log of all databases at ${address}: ${reason}`)
    }
    if (!Number.isSafeInteger(chunkBytes) || chunkBytes < 1 || chunkBytes > TAIL_CHUNK_BYTES_MAX) {
      const reason = `chunkBytes is not 1 to ${TAIL_CHUNK_BYTES_MAX}`
      throw new RangeError(`Cannot open the log of ${address}: ${reason}`)
    }
    this.address = address
    this.database = isGlobal ? undefined : database
    this.#store = store
    this.#system = systemOf(options)
    this.#chunkBytes = chunkBytes
  }

  state({ signal }: OperationOptions = {}): Promise<ChangeLogState> {
    const { serverId } = this.#store
    return this.#look(signal, ({ firstTick, lastTick }) =>
      Promise.resolve({ serverId, firstTick, lastTick, canWait: true }),
    )
  }

  collections({ signal }: OperationOptions = {}): Promise<readonly LoggedCollection[]> {
    return this.#look(signal, (snapshot) => {
      const databases =
        this.database === undefined ? snapshot.databases() : [this.#find(snapshot, this.database)]
      const collections = databases.flatMap((database) =>
        snapshot
          .collections(database)
          .filter(({ definition }) => isReplicated(definition.name, this.#system))
          .map(({ definition: { name, globallyUniqueId } }) => {
            return { databaseName: database.name, globallyUniqueId, name }
          }),
      )
      return Promise.resolve(collections)
    })
  }

  /** Waits, where it is asked to, until there is a marker that is wanted: others wake nobody. */
  async read(
    { from, waitMs = 0 }: LogRequest,
    { signal }: OperationOptions = {},
  ): Promise<LogAnswer> {
    const waitEndMs = performance.now() + waitMs
    let after = from
    let isWhole = true
    for (;;) {
      const read = await this.#readChunk(after, signal)
      const { chunk, lastTick } = read
      // Also what was removed while it was waited for is missing.
      isWhole &&= read.isWhole
      const restMs = waitEndMs - performance.now()
      const isAtEnd = chunk.lastScanned >= lastTick
      if (chunk.count > 0 || (isAtEnd && restMs <= 0)) return this.#answer(read, isWhole)
      // The log may end below where somebody reads on.
      if (chunk.lastScanned > after) after = chunk.lastScanned
      if (isAtEnd) await this.#store.waitForTick(after, { signal, timeoutMs: restMs })
    }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #readChunk(from: Tick, signal: AbortSignal | undefined): Promise<ReadChunk> {
    return this.#look(signal, async (snapshot) => {
      const database = this.database === undefined ? undefined : this.#find(snapshot, this.database)
      const { after, isOwn } = placeInOwnLog(database, from)
      const chunk = await snapshot.readLog({
        after,
        form: 'wal',
        databaseId: database?.id,
        system: this.#system,
        chunkBytes: this.#chunkBytes,
        scanMax: TAIL_MARKERS_MAX,
        signal,
      })
      const { lastTick, removedTick } = snapshot
      return { chunk, lastTick, isWhole: isOwn && from >= removedTick }
    })
  }

  #answer({ chunk, lastTick }: ReadChunk, fromPresent: boolean): LogAnswer {
    const { blocks, lastIncluded, lastScanned } = chunk
    return {
      checkMore: lastIncluded > 0n && lastIncluded < lastTick,
      lastIncluded,
      lastScanned,
      lastTick,
      fromPresent,
      chunks: chunkMarkers(drain(blocks), { source: this.address }),
    }
  }

  async #look<Result>(
    signal: AbortSignal | undefined,
    look: (snapshot: StoreSnapshot) => Promise<Result>,
  ): Promise<Result> {
    const snapshot = await this.#store.openSnapshot({ signal })
    try {
      return await look(snapshot)
    } finally {
      snapshot.close()
    }
  }

  #find(snapshot: StoreSnapshot, name: string): StoreDatabase {
    const found = snapshot.database(name)
    if (found !== undefined) return found
    throw missingDatabase('read', name, this.#store.path, snapshot.databases())
  }
}

function systemOf({ includeSystem = false, includeFoxxQueues = false }: ChangeLogOptions) {
  return { includeSystem, includeFoxxQueues }
}

/** Gives each block away, so that nobody keeps the whole answer while it is read. */
async function* drain(blocks: Buffer[]): AsyncGenerator<Buffer> {
  await Promise.resolve()
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) yield block
}
