import { formatExactJson } from '../streams/index.js'
import type { BatchSession } from './batch-session.js'
import type { RemoteConnection } from './remote-connection.js'
import { RemoteAnswerError, RemoteError, RemoteStatusError } from './remote-error.js'

/** What is asked of a context of a parallel dump. */
export interface DumpWish {
  /** By name: parallel dumps know no other way to call a collection. */
  readonly collection: string
  /** After so many a batch takes no further document. */
  readonly batchBytes: number
  /** Batches that are asked for at one time. */
  readonly batchesAtOnce: number
}

/** A context that was started. */
export interface StartedDump {
  readonly id: string
  /** Whether it reads the snapshot of the replication batch; else it has one of its own. */
  readonly isOfBatch: boolean
}

/** Where parallel dumps are (server notes, section 10). */
export const DUMP_PATH = '/_api/dump'
const CREATED = 201
const NOT_FOUND = 404
const DELETE_MS_MAX = 5000
/** Batches are to end by their bytes; the most that ArangoDB takes. */
const DOCUMENTS_MAX = 1_000_000
/** The most that ArangoDB takes. */
const PARALLELISM_MAX = 8
const ID_HEADER = 'x-arango-dump-id'
/** Says which batch's snapshot the context reads: tidemark leaders do, asked by `batchId`. */
const BATCH_HEADER = 'x-tidemark-batch'

/**
 * Starts a context for one collection. It is sent once: whether a second one may be started is for
 * the caller to say.
 *
 * @throws RemoteError
 */
export async function startDump(
  session: BatchSession,
  { collection, batchBytes, batchesAtOnce }: DumpWish,
  ttlSeconds: number,
  signal: AbortSignal | undefined,
): Promise<StartedDump> {
  const { connection, opened } = session
  const task = `begin a parallel dump of collection "${collection}"`
  session.assertOpen()
  return connection.exchange(
    {
      task,
      method: 'POST',
      path: `${DUMP_PATH}/start`,
      // ArangoDB does not look at it.
      query: { batchId: opened.batch.id },
      body: formatExactJson({
        shards: [collection],
        batchSize: Math.floor(batchBytes),
        docsPerBatch: DOCUMENTS_MAX,
        parallelism: Math.min(batchesAtOnce, PARALLELISM_MAX),
        prefetchCount: batchesAtOnce,
        ttl: ttlSeconds,
      }),
      repeat: 'unsent',
      signal,
    },
    async (answer) => {
      const { status, headers } = answer
      const id = headers[ID_HEADER]
      await answer.finish()
      if (status !== CREATED || typeof id !== 'string' || id === '') {
        const place = { task, address: connection.address }
        throw new RemoteAnswerError(place, `the answer has no ${ID_HEADER}`)
      }
      return { id, isOfBatch: headers[BATCH_HEADER] === opened.batch.id }
    },
  )
}

/** Ends a context. That it cannot is a warning: it then ends with its ttl. */
export async function deleteDump(
  connection: RemoteConnection,
  id: string,
  ttlSeconds: number,
): Promise<void> {
  const task = `end the parallel dump ${id}`
  try {
    await connection.exchange(
      {
        task,
        method: 'DELETE',
        path: `${DUMP_PATH}/${encodeURIComponent(id)}`,
        repeat: 'always',
        signal: AbortSignal.timeout(DELETE_MS_MAX),
      },
      (answer) => answer.finish(),
    )
  } catch (error) {
    if (error instanceof RemoteStatusError && error.status === NOT_FOUND) return
    const reason = error instanceof RemoteError ? error.message : `Cannot ${task} in time`
    const message = `${reason}; the server drops it by itself in ${ttlSeconds} s`
    connection.onNotice({ kind: 'warning', message })
  }
}
