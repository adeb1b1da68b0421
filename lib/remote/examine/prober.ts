import type { HeaderValues } from '../../wire/index.js'
import type { RemoteAnswer } from '../remote-answer.js'
import type { RemoteConnection, RemoteRequest } from '../remote-connection.js'
import { RemoteError, RemoteStatusError, RemoteUnauthorizedError } from '../remote-error.js'
import { ClockMeter, readSecond, type ServerMoment } from './clock-meter.js'

/** A question was answered. */
interface Answered<Value> {
  readonly isAnswered: true
  readonly value: Value
}

/** A question was refused, or there was no answer that could be read. */
export interface Unanswered {
  readonly isAnswered: false
  readonly error: RemoteError | undefined
  /** HTTP status of a refusal; 0 where there was none. */
  readonly status: number
  readonly errorNum: number
  /** One phrase. */
  readonly reason: string
}

/** What became of a question. */
export type Outcome<Value> = Answered<Value> | Unanswered

/** One question. */
export interface Question extends Pick<RemoteRequest, 'task' | 'path' | 'query' | 'accept'> {
  /** Default: GET. */
  readonly method?: RemoteRequest['method'] | undefined
  /** JSON text. */
  readonly body?: string | undefined
}

/** How questions are asked. */
export interface ProberOptions {
  readonly signal: AbortSignal | undefined
  /** Milliseconds that one question may take. */
  readonly probeMsMax: number
  /** Milliseconds since 1970 by the clock of this machine. */
  readonly now: () => number
}

const UNAUTHORIZED = 401
/** The mark of a tidemark leader, whose value is its version. */
const MARK_HEADER = 'x-tidemark-version'

/** Asks questions that may fail, each within its time, and learns from each answer what it can. */
export class Prober {
  readonly connection: RemoteConnection
  readonly clock: ClockMeter = new ClockMeter()
  /** Of tidemark, once it has answered. */
  productVersion: string | undefined
  readonly #options: ProberOptions

  constructor(connection: RemoteConnection, options: ProberOptions) {
    this.connection = connection
    this.#options = options
  }

  /** Sends one request, once, and reads its answer. */
  ask<Value>(
    { method = 'GET', ...question }: Question,
    read: (answer: RemoteAnswer) => Value | Promise<Value>,
  ): Promise<Outcome<Value>> {
    const sentMs = this.#options.now()
    return this.attempt((signal) =>
      this.connection.exchange({ ...question, method, repeat: 'never', signal }, (answer) => {
        this.#learn(answer.headers, sentMs)
        return read(answer)
      }),
    )
  }

  /** As {@link ask}, for JSON. */
  askJson(question: Question): Promise<Outcome<unknown>> {
    return this.ask(question, (answer) => answer.json())
  }

  /** As {@link askJson}, for an answer in which the server tells the time. */
  async askTime<Value>(
    question: Question,
    read: (value: unknown) => Value,
    momentOf: (value: Value) => ServerMoment | undefined,
  ): Promise<Outcome<Value>> {
    const sentMs = this.#options.now()
    const outcome = await this.ask(question, async (answer) => read(await answer.json()))
    const moment = outcome.isAnswered ? momentOf(outcome.value) : undefined
    if (moment !== undefined) {
      this.clock.add(moment, { sentMs, receivedMs: this.#options.now() })
    }
    return outcome
  }

  /**
   * Runs what may fail, within the time of one question.
   *
   * @throws what ended the examination as a whole
   */
  async attempt<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Outcome<Value>> {
    const { signal, probeMsMax } = this.#options
    const limit = AbortSignal.timeout(probeMsMax)
    try {
      const value = await work(signal === undefined ? limit : AbortSignal.any([limit, signal]))
      return { isAnswered: true, value }
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof RemoteError) return unansweredOf(error)
      const reason = limit.aborted
        ? `no answer came within ${probeMsMax} ms`
        : `the answer is not what it should be (${(error as Error).message})`
      return { isAnswered: false, error: undefined, status: 0, errorNum: 0, reason }
    }
  }

  #learn(headers: HeaderValues, sentMs: number): void {
    const mark = headers[MARK_HEADER]
    if (typeof mark === 'string') this.productVersion = mark
    const date = headers['date']
    const moment = readSecond(typeof date === 'string' ? date : undefined)
    if (moment !== undefined) this.clock.add(moment, { sentMs, receivedMs: this.#options.now() })
  }
}

/** Reads an error as what became of a question. */
function unansweredOf(error: RemoteError): Unanswered {
  const { errorNum, message, address } = error
  const start = message.indexOf(`${address}: `)
  const reason = start < 0 ? message : message.slice(start + address.length + 2)
  return { isAnswered: false, error, status: statusOf(error), errorNum, reason }
}

function statusOf(error: RemoteError): number {
  if (error instanceof RemoteUnauthorizedError) return UNAUTHORIZED
  return error instanceof RemoteStatusError ? error.status : 0
}

/** The value of an answer, or undefined. */
export function valueOf<Value>(outcome: Outcome<Value> | undefined): Value | undefined {
  return outcome?.isAnswered === true ? outcome.value : undefined
}

/** Reads a text of a JSON object; undefined where it has none of that name. */
export function textOf(value: unknown, name: string): string | undefined {
  const part = partOf(value, name)
  return typeof part === 'string' ? part : undefined
}

/** Reads a boolean of a JSON object; undefined where it has none of that name. */
export function booleanOf(value: unknown, name: string): boolean | undefined {
  const part = partOf(value, name)
  return typeof part === 'boolean' ? part : undefined
}

/** Reads an attribute of a JSON object. */
export function partOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
