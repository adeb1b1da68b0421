import { LINE_BYTES_MAX } from '../core/index.js'
import { CONTENT_TYPE, ERROR_NUMBER } from '../wire/index.js'
import type { BatchClock } from './batch-keeper.js'
import type { BatchSession } from './batch-session.js'
import type { RemoteAnswer } from './remote-answer.js'
import { refuseBody } from './refuse-body.js'
import { RemoteAnswerError, RemoteStatusError } from './remote-error.js'
import { deleteDump, DUMP_PATH, type DumpWish } from './start-dump.js'

/** What a {@link DumpContext} is made of. */
export interface DumpContextParts {
  readonly session: BatchSession
  readonly id: string
  readonly wish: DumpWish
  readonly ttlSeconds: number
  readonly clock: BatchClock
}

/** A batch of a parallel dump. */
export interface DumpedBatch {
  readonly number: number
  /** Documents, one a line; undefined when there are no more. */
  readonly lines: Buffer | undefined
  /** Where it came from, for the places of lines. */
  readonly path: string
}

/** How a batch is asked for. */
export interface NextBatch {
  /** Number of a batch that has come whole, and will not be asked for again. */
  readonly has: number | undefined
  readonly signal: AbortSignal
  readonly onTransfer: ((bytes: number) => void) | undefined
}

const NO_CONTENT = 204
const NOT_FOUND = 404
const GONE = 'the dump is gone: it expired, or the server was started anew'

/**
 * A parallel dump of one collection on the server. Whoever has it numbers the batches, and the server
 * gives the same batch for the same number until it is told that the batch has come; so answers that
 * are lost are asked for again, and nothing comes twice.
 */
export class DumpContext {
  readonly wish: DumpWish
  readonly #parts: DumpContextParts
  readonly #stopKeeping: () => void
  /** Batches that have come and that the server was not told of. */
  readonly #unacknowledged = new Set<number>()
  #nextNumber = 1
  /** Until the server has chosen the batch that was asked for last. */
  #choosing: Promise<void> = Promise.resolve()
  /** Whether the server has heard of the dump since the last look. */
  #isUsed = true
  #keeping: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(parts: DumpContextParts) {
    const { clock, ttlSeconds, wish } = parts
    this.wish = wish
    this.#parts = parts
    this.#stopKeeping = clock.every((ttlSeconds * 1000) / 3, () => {
      if (!this.#isUsed) this.#keep()
      this.#isUsed = false
    })
  }

  /**
   * Asks for the next batch; several may be asked for at one time. Each is asked for when the head of
   * the one before it is there, so that batches have the order in which the server chooses them.
   *
   * @throws RemoteError; one that says so when the server does not know the dump
   */
  async next(wanted: NextBatch): Promise<DumpedBatch> {
    const before = this.#choosing
    let isChosen: () => void = () => undefined
    this.#choosing = new Promise((resolve) => {
      isChosen = resolve
    })
    try {
      await before
      return await this.#fetch(wanted, isChosen)
    } finally {
      isChosen()
    }
  }

  async #fetch({ has, ...asking }: NextBatch, onChosen: () => void): Promise<DumpedBatch> {
    const number = this.#nextNumber
    this.#nextNumber += 1
    // A number that was acknowledged must not be asked for: it would stand for another batch.
    await this.#keeping
    if (has !== undefined) this.#unacknowledged.delete(has)
    const query: Record<string, string> = { batchId: `${number}` }
    if (has !== undefined) query['lastBatch'] = `${has}`
    const lines = await this.#ask(query, asking, async (answer) => {
      onChosen()
      if (answer.status !== NO_CONTENT) return this.#readBatch(answer)
      await answer.finish()
      return undefined
    })
    this.#isUsed = true
    if (lines !== undefined) this.#unacknowledged.add(number)
    return { number, lines, path: this.#parts.session.connection.pathOf(this.#request(query)) }
  }

  /** As of plain dumps: a batch that was cut off unseen would lack documents. */
  #readBatch(answer: RemoteAnswer): Promise<Buffer> {
    const reason = refuseBody(answer)
    if (reason === undefined) return answer.bytes(this.#bytesMax)
    answer.discard()
    const { address } = this.#parts.session.connection
    throw new RemoteAnswerError(
      { task: `read collection "${this.wish.collection}"`, address },
      reason,
    )
  }

  /** Ends the dump, whatever happened before. Does not fail. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    const { session, id, ttlSeconds } = this.#parts
    this.#stopKeeping()
    await this.#keeping
    await deleteDump(session.connection, id, ttlSeconds)
  }

  /** The last document of a batch may be as long as any. */
  get #bytesMax(): number {
    return this.wish.batchBytes + LINE_BYTES_MAX
  }

  /** Nothing prolongs a dump but asking for a batch: one that has come already is asked for again. */
  #keep(): void {
    const [number] = this.#unacknowledged
    if (number === undefined || this.#keeping !== undefined) return
    const { connection } = this.#parts.session
    const parts = { signal: undefined, onTransfer: undefined }
    this.#keeping = this.#ask({ batchId: `${number}` }, parts, (answer) => {
      answer.discard()
    })
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        connection.onNotice({ kind: 'warning', message })
      })
      .finally(() => {
        this.#keeping = undefined
      })
  }

  async #ask<Result>(
    query: Readonly<Record<string, string>>,
    {
      signal,
      onTransfer,
    }: Pick<NextBatch, 'onTransfer'> & { readonly signal?: AbortSignal | undefined },
    read: (answer: RemoteAnswer) => Result | Promise<Result>,
  ): Promise<Result> {
    const { session } = this.#parts
    session.assertOpen()
    const task = `read collection "${this.wish.collection}"`
    const request = { ...this.#request(query), task, repeat: 'always' as const, signal, onTransfer }
    try {
      return await session.connection.exchange(
        { ...request, method: 'POST', accept: CONTENT_TYPE.dump },
        read,
      )
    } catch (error) {
      if (!isAboutDump(error)) throw error
      const place = { task, address: session.connection.address }
      throw new RemoteStatusError(place, error, GONE, { cause: error })
    }
  }

  #request(query: Readonly<Record<string, string>>): {
    readonly path: string
    readonly query: Readonly<Record<string, string>>
  } {
    return { path: `${DUMP_PATH}/next/${encodeURIComponent(this.#parts.id)}`, query }
  }
}

function isAboutDump(error: unknown): error is RemoteStatusError {
  return (
    error instanceof RemoteStatusError &&
    error.status === NOT_FOUND &&
    error.errorNum !== ERROR_NUMBER.collectionNotFound &&
    error.errorNum !== ERROR_NUMBER.databaseNotFound
  )
}
