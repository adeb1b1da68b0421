import { IN_FLIGHT_BYTES_MAX } from '../core/index.js'
import type { DumpedChunk, SeekOptions } from '../replica/index.js'
import { encodeRevisionLanes } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { askRevisions, revisionsPath } from './ask-revisions.js'
import type { BatchSession } from './batch-session.js'
import { isAtLeast } from './check-leader.js'
import { parseOr1401 } from './parse-or-1401.js'
import { LineNumbers, readDocuments, type ReadDocuments } from './read-documents.js'
import { regroupRevisions } from './regroup-revisions.js'

/** Revisions of one request, as followers have them (client notes, 2.1). */
const REVISIONS_MAX = 5000
/** Leaders before 3.9.1 take one request at a time. */
const REQUESTS_IN_FLIGHT = 4
/** The largest that a server heeds (server notes, section 5). */
const CHUNK_BYTES_MAX = 16 * 1024 * 1024
/** An answer holds at least one document, of any size; as JSON text it can be larger. */
const ANSWER_BYTES_MAX = 2 * CHUNK_BYTES_MAX + 64 * 1024 * 1024
/** Revisions that were asked for, and the answer that will come. */
interface Pending {
  readonly revisions: BigUint64Array
  readonly answer: Promise<ReadDocuments>
}

/**
 * Reads the documents that have the revisions, with a few requests in flight, and gives them in the
 * order of the revisions. What an answer leaves out at its end is asked for again, before what comes
 * behind it is given.
 *
 * @param revisions - ascending
 * @throws RemoteError; a RemoteAnswerError when an answer has other documents than were asked for
 */
export async function* fetchDocuments(
  session: BatchSession,
  definition: CollectionDefinition,
  revisions: AsyncIterable<BigUint64Array> | Iterable<BigUint64Array>,
  options: SeekOptions = {},
): AsyncGenerator<DumpedChunk> {
  const left = new AbortController()
  const signals = options.signal === undefined ? [] : [options.signal]
  const signal = AbortSignal.any([left.signal, ...signals])
  const fetcher = new DocumentsFetcher(session, definition, { ...options, signal })
  const numbers = new LineNumbers(revisionsPath(session, { command: 'documents', definition }))
  const wanted = regroupRevisions(revisions, REVISIONS_MAX)
  const pending: Pending[] = []
  try {
    for (;;) {
      await fill(pending, wanted, fetcher)
      const head = pending.shift()
      if (head === undefined) return
      const { count, chunks } = await head.answer
      const rest = head.revisions.subarray(count)
      if (rest.length > 0) pending.unshift(fetcher.start(rest))
      for (const lines of chunks) yield numbers.toChunk(lines)
    }
  } catch (error) {
    options.signal?.throwIfAborted()
    throw error
  } finally {
    left.abort()
    await Promise.allSettled(pending.map(({ answer }) => answer))
    await wanted.return(undefined)
  }
}

async function fill(
  pending: Pending[],
  wanted: AsyncGenerator<BigUint64Array>,
  fetcher: DocumentsFetcher,
): Promise<void> {
  while (pending.length < fetcher.requestsMax) {
    const next = await wanted.next()
    if (next.done === true) return
    pending.push(fetcher.start(next.value))
  }
}

/** Sends requests for documents. */
class DocumentsFetcher {
  /** Requests that may be under way at one time. */
  readonly requestsMax: number
  readonly #session: BatchSession
  readonly #definition: CollectionDefinition
  readonly #options: SeekOptions
  readonly #chunkBytes: number

  constructor(session: BatchSession, definition: CollectionDefinition, options: SeekOptions) {
    const { maxInFlightBytes = IN_FLIGHT_BYTES_MAX } = options
    this.#session = session
    this.#definition = definition
    this.#options = options
    this.requestsMax = isAtLeast(session.opened.version, 9, 1) ? REQUESTS_IN_FLIGHT : 1
    // Half of it is for the text that VelocyPack becomes.
    const chunkBytes = Math.trunc(maxInFlightBytes / (2 * this.requestsMax))
    this.#chunkBytes = Math.min(Math.max(chunkBytes, 1), CHUNK_BYTES_MAX)
  }

  start(revisions: BigUint64Array): Pending {
    const answer = this.#fetch(revisions)
    // Looked at when its turn comes, which may be never.
    answer.catch(() => undefined)
    return { revisions, answer }
  }

  async #fetch(revisions: BigUint64Array): Promise<ReadDocuments> {
    const { connection } = this.#session
    const { signal, onTransfer } = this.#options
    const definition = this.#definition
    const task = `read documents of collection "${definition.name}"`
    const query = { chunkSize: `${this.#chunkBytes}`, encodeAsHLC: 'true' }
    const body = formatRevisions(revisions)
    const request = { definition, command: 'documents', task, query, body } as const
    const whole = { bytesMax: ANSWER_BYTES_MAX, collection: definition.name }
    const json = await askRevisions(this.#session, { ...request, signal, onTransfer }, (answer) =>
      answer.jsonBytes(whole),
    )
    const place = { task, address: connection.address }
    return parseOr1401(place, () => readDocuments(json, revisions))
  }
}

/** A JSON array of padded revisions: no server takes one of them for a decimal number. */
function formatRevisions(revisions: BigUint64Array): Buffer {
  // In memory the low lane comes first.
  const lanes = new Uint32Array(revisions.buffer, revisions.byteOffset, 2 * revisions.length)
  const texts: string[] = []
  for (let lane = 0; lane < lanes.length; lane += 2) {
    texts.push(encodeRevisionLanes(lanes[lane] as number, lanes[lane + 1] as number, true))
  }
  return Buffer.from(JSON.stringify(texts))
}
