import {
  placeInOwnLog,
  SYSTEM_DATABASE,
  type LogChunk,
  type LogRange,
  type StoreDatabase,
  type StoreSnapshot,
} from '../store/index.js'
import type { Tick } from '../values/index.js'
import {
  CONTENT_TYPE,
  ERROR_NUMBER,
  formatReplicationHeaders,
  type MarkerForm,
  type ReplicationHeaders,
} from '../wire/index.js'
import { drainBlocks, emptyAnswer, heldAnswer, type Answer, type AnswerHeaders } from './answer.js'
import type { HeldBytes } from './answer-memory.js'
import type { BodyFormat } from './body-format.js'
import type { EndpointContext, EndpointRequest } from './endpoint.js'
import { collectionNotFound, RequestError } from './request-error.js'
import type { TailRequest } from './tail-request.js'
import { velocyPackLines } from './velocypack-lines.js'

type TailContext = Pick<
  EndpointContext,
  'store' | 'memory' | 'limits' | 'retention' | 'waits' | 'clock'
>

/** A part of the log that was read for a request. */
interface TailPart {
  readonly chunk: LogChunk
  /** Of the snapshot that it was read from. */
  readonly lastTick: Tick
  /** Nothing above `from` is missing. */
  readonly isFromPresent: boolean
  readonly held: HeldBytes
}

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
 * - frompresent: nothing above `from` was taken out of the log, and `from` is of this database, not
 *   of an older one of its name
 *
 * @param form - `logger` also says that the logger is active
 * @throws RequestError 403 for a global tail outside `_system`, 404 for an unknown collection
 */
export async function tailAnswer(
  tail: TailRequest,
  form: MarkerForm,
  request: EndpointRequest,
  context: TailContext,
): Promise<Answer> {
  assertMayTail(tail, request)
  await context.retention.track(tail.client, request.database.name, tail.from)
  const part = await readOrWait(tail, form, request, context)
  return partAnswer(part, form, request.answerFormat)
}

/** @throws RequestError 403 for a global tail outside `_system` */
export function assertMayTail(
  { isGlobal }: Pick<TailRequest, 'isGlobal'>,
  { database }: Pick<EndpointRequest, 'database'>,
): void {
  if (!isGlobal || database.name === SYSTEM_DATABASE) return
  const message = 'global tailing is only possible from within _system database'
  throw new RequestError(403, ERROR_NUMBER.forbidden, message)
}

/** Reads again each time that the log has grown, until there is a marker or the time is over. */
async function readOrWait(
  tail: TailRequest,
  form: MarkerForm,
  request: EndpointRequest,
  context: TailContext,
): Promise<TailPart> {
  const { waits, clock, limits } = context
  const untilMs = clock.nowMs() + 1000 * Math.min(tail.waitSeconds, limits.tailWaitSecondsMax)
  let after = tail.from
  let isFromPresent = true
  for (;;) {
    const part = await readPart({ ...tail, from: after }, form, request, context)
    isFromPresent &&= part.isFromPresent
    const { lastScanned } = part.chunk
    const mayCome = lastScanned === part.lastTick && lastScanned < tail.to
    const isDone = part.chunk.count > 0 || !isFromPresent || !mayCome
    const settled = { ...part, isFromPresent }
    if (isDone || !(await waits.untilAbove(lastScanned, untilMs, request.signal))) return settled
    // A position beyond the end of the log stays one.
    if (lastScanned > after) after = lastScanned
  }
}

/** Reads what there is now. What it holds is given back where nothing was found. */
async function readPart(
  tail: TailRequest,
  form: MarkerForm,
  { database, signal }: EndpointRequest,
  { store, memory, limits }: TailContext,
): Promise<TailPart> {
  const snapshot = await store.openSnapshot({ signal })
  const held = memory.begin()
  try {
    const selection = { form, ...selectionOf(tail, database, snapshot) }
    const { after, isOwn } = placeInOwnLog(tail.isGlobal ? undefined : database, tail.from)
    const bounds = { ...boundsOf(tail, held), after, scanMax: limits.tailMarkersMax }
    const chunk = await snapshot.readLog({ ...selection, ...bounds, signal })
    const { lastTick, removedTick } = snapshot
    if (chunk.count === 0) held.release()
    return { chunk, lastTick, isFromPresent: tail.from >= removedTick && isOwn, held }
  } catch (error) {
    held.release()
    throw error
  } finally {
    snapshot.close()
  }
}

function partAnswer(part: TailPart, form: MarkerForm, format: BodyFormat): Answer {
  const { chunk, held } = part
  const type = format === 'json' ? 'dump' : 'velocypack'
  const headers = headersOf(part, form, type)
  if (chunk.count === 0) return emptyAnswer(headers)
  const close = (): void => {
    held.release()
  }
  if (type === 'dump') return heldAnswer(chunk.blocks, headers, close)
  const blocks = velocyPackLines(drainBlocks(chunk.blocks))
  return { kind: 'streamed', status: 200, headers, bytes: undefined, blocks, close }
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
  { chunk: { lastIncluded, lastScanned }, lastTick, isFromPresent }: TailPart,
  form: MarkerForm,
  type: keyof typeof CONTENT_TYPE,
): AnswerHeaders {
  const position: ReplicationHeaders = {
    checkMore: lastIncluded > 0n && lastIncluded < lastTick,
    lastIncluded,
    lastScanned,
    lastTick,
    fromPresent: isFromPresent,
    active: form === 'logger' ? true : undefined,
  }
  return { 'content-type': CONTENT_TYPE[type], ...formatReplicationHeaders(position) }
}
