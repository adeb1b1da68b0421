import { CHUNK_BYTES } from '../core/index.js'
import type { LogAnswer, LogRequest } from '../replica/index.js'
import { chunkMarkers, type MarkerChunk } from '../streams/index.js'
import { formatTick, tick } from '../values/index.js'
import {
  CONTENT_TYPE,
  ERROR_NUMBER,
  parseReplicationHeaders,
  REPLICATION_HEADER,
  type ReplicationHeaders,
} from '../wire/index.js'
import { gatherBlocks } from './gather-blocks.js'
import { parseOr1401 } from './parse-or-1401.js'
import { missingHeader, refuseBody } from './refuse-body.js'
import type { RemoteAnswer } from './remote-answer.js'
import type { RemoteConnection } from './remote-connection.js'
import {
  RemoteAnswerError,
  RemoteIncompatibleError,
  RemoteStatusError,
  type RemoteTask,
} from './remote-error.js'

/** The address of the log, of a database as of all. */
export const TAIL_PATH = '/_api/wal/tail'

/** A request for a part of the log. */
export interface TailRequest extends LogRequest {
  /** Who asks, and for which part of the log. */
  readonly query: Readonly<Record<string, string>>
  /** Bytes of the largest chunk, but for longer lines. */
  readonly chunkBytes: number
  readonly signal: AbortSignal | undefined
}

/** An answer of the log, and whether a tidemark leader gave it. */
export interface TailAnswer extends LogAnswer {
  readonly isTidemark: boolean
}

/** Transactions that the follower has open: a list for logs of other engines than RocksDB. */
const NO_TRANSACTIONS = '[]'
const NO_CONTENT = 204
const FORBIDDEN = 403
const NOT_FOUND = 404

/**
 * Asks for the markers behind a tick, as followers do (client notes, 3.2). The request changes
 * nothing, and is not repeated all the same: after a failure another server may answer, which nothing
 * in its answer tells. Whoever goes on asks for the state first. The body is not held: it is read as
 * chunks are asked for, and a body that is cut off is a {@link RemoteUnreachableError} of the chunk
 * that is read.
 *
 * @throws RemoteError
 */
export async function fetchTail(
  connection: RemoteConnection,
  { from, lastScanned, waitMs = 0, query, chunkBytes, signal }: TailRequest,
): Promise<TailAnswer> {
  const fromText = formatTick(from)
  const place = { task: `read the log behind tick ${fromText}`, address: connection.address }
  const source = connection.pathOf({ path: TAIL_PATH, query: { from: fromText } })
  const request = {
    task: place.task,
    method: 'PUT',
    path: TAIL_PATH,
    query: {
      ...query,
      from: fromText,
      lastScanned: formatTick(lastScanned),
      ...(waitMs > 0 ? { wait: `${Math.ceil(waitMs / 1000)}` } : {}),
    },
    body: NO_TRANSACTIONS,
    accept: CONTENT_TYPE.dump,
    repeat: 'never',
    signal,
  } as const
  try {
    return await connection.exchange(request, async (answer) => {
      const position = readPosition(place, answer)
      if (answer.status === NO_CONTENT) await answer.finish()
      const chunks = new TailChunks(answer, { source, chunkBytes })
      return { ...position, chunks, isTidemark: answer.isTidemark }
    })
  } catch (error) {
    throw explainRefusal(error, place)
  }
}

/** The chunks of a body, which is given up when they are, even before the first. */
class TailChunks implements AsyncIterable<MarkerChunk> {
  readonly #answer: RemoteAnswer
  readonly #chunks: AsyncGenerator<MarkerChunk>

  constructor(answer: RemoteAnswer, options: { source: string; chunkBytes: number }) {
    const blockBytes = Math.min(CHUNK_BYTES, options.chunkBytes)
    this.#answer = answer
    const hasBody = answer.status !== NO_CONTENT
    const blocks = hasBody ? gatherBlocks(answer.blocks(), blockBytes) : noBlocks()
    this.#chunks = chunkMarkers(blocks, { source: options.source, chunkBytes: blockBytes })
  }

  [Symbol.asyncIterator](): AsyncIterator<MarkerChunk, void> {
    return {
      next: () => this.#chunks.next(),
      return: () => {
        // A generator that has not begun would not get to the body.
        this.#answer.discard()
        return this.#chunks.return(undefined)
      },
    }
  }
}

async function* noBlocks(): AsyncGenerator<Buffer> {
  // An answer without a body.
}

/** Reads the headers of an answer; followers insist on three of them (server notes, section 9). */
function readPosition(place: RemoteTask, answer: RemoteAnswer): Omit<LogAnswer, 'chunks'> {
  try {
    const headers = parseOr1401(place, () => parseReplicationHeaders(answer.headers))
    const checkMore = required(place, headers, 'checkMore')
    const lastIncluded = required(place, headers, 'lastIncluded')
    const lastTick = required(place, headers, 'lastTick')
    if (lastTick < lastIncluded) {
      const ends = `its log ends at tick ${lastTick}, and the answer only at ${lastIncluded}`
      throw new RemoteAnswerError(place, ends)
    }
    const reason = refuseBody(answer)
    if (reason !== undefined) throw new RemoteAnswerError(place, reason)
    const { lastScanned = tick(0n), fromPresent = false } = headers
    return { checkMore, lastIncluded, lastScanned, lastTick, fromPresent }
  } catch (error) {
    answer.discard()
    throw error
  }
}

function required<Name extends 'checkMore' | 'lastIncluded' | 'lastTick'>(
  place: RemoteTask,
  headers: ReplicationHeaders,
  name: Name,
): NonNullable<ReplicationHeaders[Name]> {
  const value = headers[name]
  if (value === undefined) {
    throw new RemoteAnswerError(place, missingHeader(REPLICATION_HEADER[name]))
  }
  return value
}

/** Puts what is to be done in place of a server's words that do not tell it. */
function explainRefusal(error: unknown, place: RemoteTask): unknown {
  if (!(error instanceof RemoteStatusError)) return error
  const { status, errorNum } = error
  if (status === NOT_FOUND && errorNum !== ERROR_NUMBER.databaseNotFound) {
    const reason = `it has no ${TAIL_PATH}, which ArangoDB has from 3.3 on`
    return new RemoteIncompatibleError(place, reason, ERROR_NUMBER.leaderIncompatible)
  }
  if (status === FORBIDDEN && errorNum === ERROR_NUMBER.forbidden) {
    const reason = 'the log is only for users who may administer the server'
    return new RemoteStatusError(place, error, reason, { cause: error })
  }
  return error
}
