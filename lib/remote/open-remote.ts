import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type {
  OperationOptions,
  RemoteAddress,
  ReplicaNotice,
  Snapshot,
  Source,
} from '../replica/index.js'
import { SYSTEM_CLOCK, type BatchClock } from './batch-keeper.js'
import { BatchSession } from './batch-session.js'
import type { RemoteCredentials } from './credentials.js'
import { openBatch, type BatchClient } from './open-batch.js'
import { RemoteConnection, type RetryOptions } from './remote-connection.js'
import { RemoteSnapshot } from './remote-snapshot.js'

/** How a server is read. */
export interface RemoteOptions extends RemoteCredentials, RetryOptions {
  /** Seconds that the server keeps a snapshot without hearing of it. Default: 600. */
  readonly batchTtlSeconds?: number | undefined
  /** What batches are kept alive by. Default: the machine's clock. */
  readonly clock?: BatchClock | undefined
}

/** As arangodump has it (client notes, 4.2). */
const BATCH_TTL_SECONDS = 600
const CLIENT_ID_BYTES = 6
/** How long closing waits for batches to be deleted. */
const CLOSE_MS_MAX = 5000

/**
 * Makes a source of a database on an ArangoDB or tidemark server. Nothing is sent before the first
 * snapshot is opened.
 *
 * @throws RangeError when an option is out of range
 */
export function openRemote(address: RemoteAddress, options: RemoteOptions = {}): Source {
  const { batchTtlSeconds = BATCH_TTL_SECONDS } = options
  if (!Number.isSafeInteger(batchTtlSeconds) || batchTtlSeconds < 1) {
    throw new RangeError('Cannot open a server: batchTtlSeconds must be a positive integer')
  }
  return new RemoteSource(address, options, batchTtlSeconds)
}

class RemoteSource implements Source {
  readonly address: string
  readonly database: string
  readonly #connection: RemoteConnection
  readonly #client: BatchClient
  readonly #clock: BatchClock
  readonly #openings = new Set<Promise<Snapshot>>()
  readonly #snapshots = new Set<Snapshot>()

  constructor(address: RemoteAddress, options: RemoteOptions, ttlSeconds: number) {
    const onNotice = (notice: ReplicaNotice): void => {
      this.onNotice(notice)
    }
    this.#connection = new RemoteConnection(address, { ...options, onNotice })
    this.#client = { clientId: makeClientId(), ttlSeconds }
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.address = this.#connection.address
    this.database = address.database
  }

  onNotice: (notice: ReplicaNotice) => void = () => undefined

  /** @throws RemoteError when there is no usable batch; its class tells why */
  async openSnapshot({ signal }: OperationOptions = {}): Promise<Snapshot> {
    signal?.throwIfAborted()
    const opening = this.#open(signal)
    this.#openings.add(opening)
    try {
      return await orAborted(opening, signal)
    } catch (error) {
      // A batch that comes after the abort is deleted again.
      opening.then((snapshot) => snapshot.close()).catch(() => undefined)
      throw error
    } finally {
      const forget = (): unknown => this.#openings.delete(opening)
      opening.then(forget, forget)
    }
  }

  /** Deletes the batches that are still open, then ends every request. */
  async close(): Promise<void> {
    const late = new AbortController()
    const limit = delay(CLOSE_MS_MAX, undefined, { signal: late.signal }).catch(() => undefined)
    await Promise.race([this.#closeSnapshots(), limit])
    late.abort()
    await this.#connection.close()
  }

  async #open(signal: AbortSignal | undefined): Promise<Snapshot> {
    const opened = await openBatch(this.#connection, this.#client, signal)
    const session = new BatchSession(this.#connection, this.#client, opened, this.#clock)
    const snapshot: Snapshot = new RemoteSnapshot(session, () => this.#snapshots.delete(snapshot))
    this.#snapshots.add(snapshot)
    return snapshot
  }

  async #closeSnapshots(): Promise<void> {
    await Promise.allSettled(this.#openings)
    await Promise.all([...this.#snapshots].map((snapshot) => snapshot.close()))
  }
}

/** The promise, or the abort if that comes first. */
async function orAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise
  const settled = new AbortController()
  const aborted = once(signal, 'abort', { signal: settled.signal }).then(() => {
    signal.throwIfAborted()
  })
  try {
    await Promise.race([promise, aborted])
    return await promise
  } finally {
    aborted.catch(() => undefined)
    settled.abort()
  }
}

/** A random number of 48 bits, as followers call themselves. */
function makeClientId(): string {
  const id = BigInt(`0x${randomBytes(CLIENT_ID_BYTES).toString('hex')}`)
  return (id === 0n ? 1n : id).toString()
}
