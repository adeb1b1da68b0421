import {
  SYSTEM_DATABASE,
  type LogChunk,
  type LogRange,
  type StoreDatabase,
  type StoreSnapshot,
} from '../store/index.js'
import {
  CONTENT_TYPE,
  ERROR_NUMBER,
  formatReplicationHeaders,
  type MarkerForm,
  type ReplicationHeaders,
} from '../wire/index.js'
import { drainBlocks, emptyAnswer, heldAnswer, type Answer, type AnswerHeaders } from './answer.js'
import type { HeldBytes } from './answer-memory.js'
import type { EndpointContext, EndpointRequest } from './endpoint.js'
import { collectionNotFound, RequestError } from './request-error.js'
import type { TailRequest } from './tail-request.js'
import { velocyPackLines } from './velocypack-lines.js'

/**
 * Answers with markers of the log, the oldest first.
 *
 * The lines are held, since the headers that stand before them tell where they end; with little
 * memory left the answer is shorter. 200 with at least one marker, else 204; both with all headers:
 *
 * - lastincluded: tick of the last marker in the answer, 0 if none
 * - lastscanned: how far the log was looked at; the answer's end where a bound ended it, else the
 *   end of the range
 * - lasttick: newest tick of the log
 * - checkmore: lastincluded is not 0 and below lasttick
 * - frompresent: nothing above `from` is missing in the log
 *
 * @param form - `logger` also says that the logger is active
 * @throws RequestError 403 for a global tail outside `_system`, 404 for an unknown collection
 */
export async function tailAnswer(
  tail: TailRequest,
  form: MarkerForm,
  { database, answerFormat, signal }: EndpointRequest,
  { store, memory, limits }: Pick<EndpointContext, 'store' | 'memory' | 'limits'>,
): Promise<Answer> {
  if (tail.isGlobal && database.name !== SYSTEM_DATABASE) throw globalOutsideSystem()
  const snapshot = await store.openSnapshot({ signal })
  const held = memory.begin()
  try {
    const selection = { form, ...selectionOf(tail, database, snapshot) }
    const bounds = { ...boundsOf(tail, held), scanMax: limits.tailMarkersMax }
    const chunk = await snapshot.readLog({ ...selection, ...bounds, signal })
    const type = answerFormat === 'json' ? 'dump' : 'velocypack'
    const headers = headersOf(chunk, snapshot, form, type)
    const close = (): void => {
      held.release()
    }
    if (chunk.count === 0) {
      close()
      return emptyAnswer(headers)
    }
    if (type === 'dump') return heldAnswer(chunk.blocks, headers, close)
    const blocks = velocyPackLines(drainBlocks(chunk.blocks))
    return { kind: 'streamed', status: 200, headers, bytes: undefined, blocks, close }
  } catch (error) {
    held.release()
    throw error
  } finally {
    snapshot.close()
  }
}

function selectionOf(
  { isGlobal, collection, system }: TailRequest,
  database: StoreDatabase,
  snapshot: StoreSnapshot,
): Pick<LogRange, 'databaseId' | 'collectionId' | 'system'> {
  if (isGlobal) return { system }
  if (collection === undefined) return { databaseId: database.id, system }
  const found = snapshot.collection(database, collection)
  if (found === undefined) throw collectionNotFound()
  return { databaseId: database.id, collectionId: found.id, system }
}

function boundsOf(
  { from, to, chunkBytes }: TailRequest,
  held: HeldBytes,
): Pick<LogRange, 'after' | 'through' | 'chunkBytes' | 'allocate'> {
  let isFirst = true
  const allocate = (bytes: number): boolean => {
    if (!isFirst) return held.take(bytes)
    // An answer without a marker would say that there are none.
    isFirst = false
    held.force(bytes)
    return true
  }
  return { after: from, through: to, chunkBytes, allocate }
}

function headersOf(
  { lastIncluded, lastScanned }: LogChunk,
  { lastTick }: StoreSnapshot,
  form: MarkerForm,
  type: keyof typeof CONTENT_TYPE,
): AnswerHeaders {
  const position: ReplicationHeaders = {
    checkMore: lastIncluded > 0n && lastIncluded < lastTick,
    lastIncluded,
    lastScanned,
    lastTick,
    // Nothing is ever taken out of the log.
    fromPresent: true,
    active: form === 'logger' ? true : undefined,
  }
  return { 'content-type': CONTENT_TYPE[type], ...formatReplicationHeaders(position) }
}

function globalOutsideSystem(): RequestError {
  const message = 'global tailing is only possible from within _system database'
  return new RequestError(403, ERROR_NUMBER.forbidden, message)
}
