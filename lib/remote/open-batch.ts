import { formatExactJson } from '../streams/index.js'
import { formatBatchRequest, parseBatch, type Batch } from '../wire/index.js'
import { checkLeader, type ServerVersion } from './check-leader.js'
import { fetchLoggerState } from './fetch-logger-state.js'
import { parseOr1401 } from './parse-or-1401.js'
import { RemoteError, RemoteStatusError } from './remote-error.js'
import type { RemoteConnection } from './remote-connection.js'

/** A batch of a server that can be followed. */
export interface OpenBatch {
  readonly batch: Batch
  readonly serverId: string
  readonly version: ServerVersion
  /**
   * Whether the server is a tidemark leader. It answers `dump` by `from` alone, so that a lost answer
   * can be asked for again: ArangoDB ignores `from` and moves a position of its own instead (server
   * notes, 4). And it holds documents as text, which JSON answers leave as it is.
   */
  readonly isTidemark: boolean
}

/** Who asks for a batch, and for how long. */
export interface BatchClient {
  /** Decimal id that the server knows this client by. */
  readonly clientId: string
  readonly ttlSeconds: number
}

const BATCH_PATH = '/_api/replication/batch'
const DELETE_MS_MAX = 5000
/** Of a batch that the server does not know: the seeds say 400, ArangoDB 404. */
const UNKNOWN_STATUSES: readonly number[] = [400, 404]

/**
 * Takes a snapshot on the server, and makes sure that it can be read. A batch that cannot be used
 * is deleted again; an abort lets the request under way end, so that its batch is known.
 *
 * @throws RemoteError when there is no usable batch
 */
export async function openBatch(
  connection: RemoteConnection,
  client: BatchClient,
  signal: AbortSignal | undefined,
): Promise<OpenBatch> {
  const { clientId, ttlSeconds } = client
  const task = { task: 'open a batch', address: connection.address }
  let id: string | undefined
  try {
    const { value, isTidemark } = await connection.exchange(
      {
        task: task.task,
        method: 'POST',
        path: BATCH_PATH,
        query: { serverId: clientId, state: 'true' },
        body: formatExactJson(formatBatchRequest({ ttlSeconds })),
        repeat: 'always',
        signal,
        outlivesAbort: true,
      },
      async (answer) => {
        const value = await answer.json()
        id = readBatchId(value)
        return { value, isTidemark: answer.isTidemark }
      },
    )
    const batch = parseOr1401(task, () => parseBatch(value))
    // Servers before 3.8 do not put their state into the batch.
    const state =
      batch.state ?? (await fetchLoggerState(connection, { serverId: clientId }, signal)).state
    const version = checkLeader(state, clientId, task)
    return { batch, serverId: state.server.serverId, version, isTidemark }
  } catch (error) {
    if (id !== undefined) await deleteBatch(connection, id, client)
    throw error
  }
}

/**
 * Prolongs a batch.
 *
 * @returns false when the server does not know it
 * @throws RemoteError when it cannot be told
 */
export async function extendBatch(
  connection: RemoteConnection,
  id: string,
  { clientId, ttlSeconds }: BatchClient,
): Promise<boolean> {
  try {
    await connection.exchange(
      {
        task: `prolong batch ${id}`,
        method: 'PUT',
        path: `${BATCH_PATH}/${encodeURIComponent(id)}`,
        query: { serverId: clientId },
        body: formatExactJson(formatBatchRequest({ ttlSeconds })),
        repeat: 'never',
      },
      (answer) => answer.finish(),
    )
    return true
  } catch (error) {
    if (isUnknownBatch(error)) return false
    throw error
  }
}

/** Deletes a batch. That it cannot is a warning: it then ends with its ttl. */
export async function deleteBatch(
  connection: RemoteConnection,
  id: string,
  { clientId, ttlSeconds }: BatchClient,
): Promise<void> {
  try {
    await connection.exchange(
      {
        task: `delete batch ${id}`,
        method: 'DELETE',
        path: `${BATCH_PATH}/${encodeURIComponent(id)}`,
        query: { serverId: clientId },
        repeat: 'always',
        signal: AbortSignal.timeout(DELETE_MS_MAX),
      },
      (answer) => answer.finish(),
    )
  } catch (error) {
    if (isUnknownBatch(error)) return
    const reason =
      error instanceof RemoteError ? error.message : `Cannot delete batch ${id} in time`
    const message = `${reason}; the server drops it by itself in ${ttlSeconds} s`
    connection.onNotice({ kind: 'warning', message })
  }
}

function isUnknownBatch(error: unknown): boolean {
  return error instanceof RemoteStatusError && UNKNOWN_STATUSES.includes(error.status)
}

function readBatchId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
  return typeof value.id === 'string' && value.id !== '' ? value.id : undefined
}
