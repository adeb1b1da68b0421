import type {
  DumpedChunk,
  KeyAccess,
  KeyChunk,
  KeyedRevision,
  SeekOptions,
  WantedDocument,
} from '../replica/index.js'
import type { BatchSession } from './batch-session.js'
import type { CollectionDefinition } from '../wire/index.js'
import { parseChunks, parseKeys } from './parse-keys.js'
import { parseOr1401 } from './parse-or-1401.js'
import { LineNumbers, readDocuments, type ReadDocuments } from './read-documents.js'
import type { RemoteAnswer } from './remote-answer.js'
import type { RemoteRequest } from './remote-connection.js'

/** Documents of a chunk, as followers have them (client notes, 2.2). */
const CHUNK_KEYS = 5000
/** An answer ends behind the document that makes it 8 MiB; that one may have any size. */
const ANSWER_BYTES_MAX = 128 * 1024 * 1024

/** What is asked of a comparison that has begun. */
interface KeysRequest extends Pick<RemoteRequest, 'method' | 'query' | 'body'> {
  /** For messages. */
  readonly what: string
}

/**
 * A collection of a server, compared by key. Nothing is kept between two requests that a repeated one
 * could miss: each says where its chunk begins.
 */
export class RemoteKeys implements KeyAccess {
  readonly count: number
  readonly #session: BatchSession
  readonly #definition: CollectionDefinition
  readonly #path: string
  readonly #numbers: LineNumbers

  constructor(
    session: BatchSession,
    definition: CollectionDefinition,
    { id, count }: { readonly id: string; readonly count: number },
  ) {
    this.count = count
    this.#session = session
    this.#definition = definition
    this.#path = `/_api/replication/keys/${encodeURIComponent(id)}`
    this.#numbers = new LineNumbers(session.connection.pathOf({ path: this.#path }))
  }

  chunks(options: SeekOptions = {}): Promise<readonly KeyChunk[]> {
    const request = { method: 'GET', query: {}, what: 'chunks of keys' } as const
    return this.#ask(request, options, readJson, (value) => parseChunks(value, CHUNK_KEYS))
  }

  keys(chunk: KeyChunk, options: SeekOptions = {}): Promise<readonly KeyedRevision[]> {
    const query = { type: 'keys', ...placeOf(chunk) }
    const request = { method: 'PUT', query, what: 'keys' } as const
    return this.#ask(request, options, readJson, (value) => parseKeys(value, chunk))
  }

  async *documents(
    chunk: KeyChunk,
    wanted: readonly WantedDocument[],
    options: SeekOptions = {},
  ): AsyncGenerator<DumpedChunk> {
    for (let rest = wanted; rest.length > 0;) {
      const { count, chunks } = await this.#fetch(chunk, rest, options)
      for (const lines of chunks) yield this.#numbers.toChunk(lines)
      rest = rest.slice(count)
    }
  }

  async close(): Promise<void> {
    const task = `end the comparison of collection "${this.#definition.name}"`
    const request = { task, method: 'DELETE', path: this.#path, repeat: 'never' } as const
    const { connection, query } = this.#session
    try {
      await connection.exchange({ ...request, query }, (answer) => answer.finish())
    } catch {
      // It ends with its batch.
    }
  }

  /** The offset of 0 tells that what is left out at the end will be asked for again. */
  #fetch(
    chunk: KeyChunk,
    wanted: readonly WantedDocument[],
    options: SeekOptions,
  ): Promise<ReadDocuments> {
    const query = { type: 'docs', ...placeOf(chunk), offset: '0' }
    const body = JSON.stringify(wanted.map(({ position }) => position))
    const revisions = BigUint64Array.from(wanted, ({ revision }) => revision)
    const whole = { bytesMax: ANSWER_BYTES_MAX, collection: this.#definition.name }
    const request = { method: 'PUT', query, body, what: 'documents' } as const
    const read = (answer: RemoteAnswer): Promise<Buffer> => answer.jsonBytes(whole)
    return this.#ask(request, options, read, (json) => readDocuments(json, revisions))
  }

  /** Every request may be repeated: the same batch gives the same answer. */
  async #ask<Value, Result>(
    { what, query, ...request }: KeysRequest,
    { signal, onTransfer }: SeekOptions,
    read: (answer: RemoteAnswer) => Promise<Value>,
    parse: (value: Value) => Result,
  ): Promise<Result> {
    const { connection } = this.#session
    const task = `read ${what} of collection "${this.#definition.name}"`
    const place = { task, address: connection.address }
    const all = { chunkSize: `${CHUNK_KEYS}`, ...query, ...this.#session.query }
    const sent = { ...request, task, path: this.#path, query: all, repeat: 'always' } as const
    const value = await this.#session.use(task, () =>
      connection.exchange({ ...sent, signal, onTransfer }, read),
    )
    return parseOr1401(place, () => parse(value))
  }
}

function placeOf({ index, low }: KeyChunk): Readonly<Record<string, string>> {
  return { chunk: `${index}`, low }
}

function readJson(answer: RemoteAnswer): Promise<unknown> {
  return answer.json()
}
