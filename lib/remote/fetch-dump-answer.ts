import { setTimeout as delay } from 'node:timers/promises'
import { tick, type Tick } from '../values/index.js'
import { CONTENT_TYPE, parseReplicationHeaders, REPLICATION_HEADER } from '../wire/index.js'
import type { BatchSession } from './batch-session.js'
import { parseOr1401 } from './parse-or-1401.js'
import { missingHeader, refuseBody } from './refuse-body.js'
import type { RemoteAnswer } from './remote-answer.js'
import { RemoteAnswerError, RemoteUnreachableError, type RemoteTask } from './remote-error.js'

/** Where one answer of `dump` ends. */
export interface DumpPosition {
  readonly checkMore: boolean
  /** What to send as the next `from`; meaningful only when there is more. */
  readonly lastIncluded: Tick
}

/** One request for a part of a collection. */
export interface DumpRequest {
  /** For messages, such as `read collection "users"`. */
  readonly task: string
  readonly query: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
  readonly onTransfer: ((bytes: number) => void) | undefined
}

const DUMP_PATH = '/_api/replication/dump'
const NEWLINE = 0x0a

/**
 * Fetches one part of a collection and gives its bytes as they come, ended by a newline.
 *
 * An answer that is cut off is asked for again where the server gives the same one again: the bytes
 * that were already given are skipped. Another server has moved on, so that is an error.
 *
 * @returns where the part ends
 * @throws RemoteError
 */
export async function* fetchDumpAnswer(
  session: BatchSession,
  request: DumpRequest,
): AsyncGenerator<Buffer, DumpPosition> {
  const { task, signal } = request
  const { address, retries, retryDelayMs } = session.connection
  const place = { task, address }
  let givenBytes = 0
  let lastByte = NEWLINE
  let failuresInRow = 0
  for (;;) {
    const answer = await openAnswer(session, request)
    const position = readPosition(place, answer)
    const givenBefore = givenBytes
    try {
      for await (const block of skipBytes(answer.blocks(), givenBytes, place)) {
        givenBytes += block.length
        lastByte = block[block.length - 1] ?? lastByte
        yield block
      }
      if (lastByte !== NEWLINE) yield Buffer.of(NEWLINE)
      return position
    } catch (error) {
      const cut = asRepeatable(error, session, place)
      failuresInRow = givenBytes > givenBefore ? 1 : failuresInRow + 1
      if (failuresInRow > retries) throw cut
      session.connection.tellRetry(cut)
      await delay(retryDelayMs * (1 + Math.random()), undefined, { signal })
    }
  }
}

/** The path of a dump, for the places of lines. */
export function dumpPath({ connection }: BatchSession, collection: string): string {
  return connection.pathOf({ path: DUMP_PATH, query: { collection } })
}

function openAnswer(
  session: BatchSession,
  { task, query, signal, onTransfer }: DumpRequest,
): Promise<RemoteAnswer> {
  return session.use(task, () =>
    session.connection.exchange(
      {
        task,
        method: 'GET',
        path: DUMP_PATH,
        query,
        accept: CONTENT_TYPE.dump,
        repeat: session.opened.isTidemark ? 'always' : 'unsent',
        signal,
        onTransfer,
      },
      (answer) => answer,
    ),
  )
}

/** Reads the headers of an answer; followers insist on them (client notes, 1.6). */
function readPosition(place: RemoteTask, answer: RemoteAnswer): DumpPosition {
  try {
    const { checkMore, lastIncluded } = parseOr1401(place, () =>
      parseReplicationHeaders(answer.headers),
    )
    if (checkMore === undefined)
      throw new RemoteAnswerError(place, missingHeader(REPLICATION_HEADER.checkMore))
    if (checkMore && lastIncluded === undefined) {
      throw new RemoteAnswerError(place, missingHeader(REPLICATION_HEADER.lastIncluded))
    }
    const reason = refuseBody(answer)
    if (reason !== undefined) throw new RemoteAnswerError(place, reason)
    return { checkMore, lastIncluded: lastIncluded ?? tick(0n) }
  } catch (error) {
    answer.discard()
    throw error
  }
}

async function* skipBytes(
  blocks: AsyncIterable<Buffer>,
  bytes: number,
  place: RemoteTask,
): AsyncGenerator<Buffer> {
  let rest = bytes
  for await (const block of blocks) {
    if (block.length > rest) yield block.subarray(rest)
    rest = Math.max(0, rest - block.length)
  }
  if (rest > 0) throw new RemoteAnswerError(place, 'the repeated answer is not the same')
}

/** Gives the error back if asking again may help, and throws it, or a clearer one, if not. */
function asRepeatable(
  error: unknown,
  { opened }: BatchSession,
  place: RemoteTask,
): RemoteUnreachableError {
  if (!(error instanceof RemoteUnreachableError) || !error.failure.isPassing) throw error
  if (opened.isTidemark) return error
  const reason = `${error.failure.reason}, and the server cannot repeat it; start anew`
  throw new RemoteUnreachableError(place, { ...error.failure, reason }, { cause: error })
}
