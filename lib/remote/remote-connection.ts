import pRetry from 'p-retry'
import { Pool, type Dispatcher } from 'undici'
import { formatAddress, type RemoteAddress, type ReplicaNotice } from '../replica/index.js'
import { CONTENT_TYPE, parseErrorBody } from '../wire/index.js'
import { createConnector, ForbiddenAddressError } from './connector.js'
import { formatAuthorization, type RemoteCredentials } from './credentials.js'
import { RemoteAnswer } from './remote-answer.js'
import {
  RemoteAddressError,
  RemoteCoordinatorError,
  RemoteStatusError,
  RemoteUnauthorizedError,
  RemoteUnreachableError,
  type Refusal,
  type RemoteError,
  type RemoteTask,
} from './remote-error.js'
import { describeTransportFailure, SILENT } from './transport-failure.js'

/** One request. */
export interface RemoteRequest {
  /** For messages, such as `read the inventory`. */
  readonly task: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Without the database in front. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>> | undefined
  /** Besides those that every request has. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** JSON text. */
  readonly body?: string | Buffer | undefined
  /** Default: JSON. */
  readonly accept?: string | undefined
  /** Which failures may be answered by sending it again; `unsent`: only if it never got there. */
  readonly repeat: 'always' | 'unsent' | 'never'
  readonly signal?: AbortSignal | undefined
  /** When true an abort ends the waiting between attempts, but not an attempt under way. */
  readonly outlivesAbort?: boolean | undefined
  /** Called with the bytes of bodies, of request and answer, as they cross the wire. */
  readonly onTransfer?: ((bytes: number) => void) | undefined
}

/** How often and how fast requests are repeated. */
export interface RetryOptions {
  /** Attempts after the first. Default: 5. */
  readonly retries?: number | undefined
  /** Milliseconds before the second attempt; twice as many before each later one. Default: 500. */
  readonly retryDelayMs?: number | undefined
}

/** To whom connections are opened, and how patiently. */
export interface ConnectOptions {
  /**
   * Asked before each connection, with the IP address that it would go to: of a name, with each
   * address that it has at that moment. Default: any may be connected to.
   */
  readonly mayConnect?: ((address: string) => boolean) | undefined
  /**
   * Milliseconds of silence, before an answer or inside it, after which the request is given up for
   * good. Default: five minutes, after which it is repeated where it may be.
   */
  readonly silenceMsMax?: number | undefined
  /** Milliseconds within which a connection has to come about. Default: 10,000. */
  readonly connectMsMax?: number | undefined
}

/** What {@link RemoteConnection} is made of. */
export interface RemoteConnectionOptions extends RemoteCredentials, RetryOptions, ConnectOptions {
  /** The server of a cluster to which a coordinator forwards requests. */
  readonly dbServer?: string | undefined
  readonly onNotice: (notice: ReplicaNotice) => void
}

const CONNECT_TIMEOUT_MS = 10_000
/** The longest wait for the head of an answer, and between two parts of its body. */
const SILENCE_MS_MAX = 300_000
const RETRY_DELAY_MS_MAX = 10_000
const GATEWAY_STATUSES: readonly number[] = [502, 503, 504]
const UNAUTHORIZED = 401
const BAD_REQUEST = 400
const ERROR_MESSAGE_LENGTH_MAX = 300
/** What a coordinator forwards, where it forwards anything (server notes, 1). */
const FORWARDED = /^\/_api\/(?:replication|wal)\//
/** The parameter that a coordinator asks for by name when it lacks it. */
const DB_SERVER = 'DBserver'

/** Sends requests to one database of one server. */
export class RemoteConnection {
  /** The server and its database, without credentials. */
  readonly address: string
  readonly retries: number
  readonly retryDelayMs: number
  readonly onNotice: (notice: ReplicaNotice) => void
  readonly #pool: Pool
  /** Whether a silent server is asked again. */
  readonly #isPatient: boolean
  #connects = 0
  readonly #prefix: string
  readonly #authorization: string | undefined
  readonly #dbServer: string | undefined

  constructor(address: RemoteAddress, options: RemoteConnectionOptions) {
    this.address = formatAddress(address)
    this.retries = options.retries ?? 5
    this.retryDelayMs = options.retryDelayMs ?? 500
    this.onNotice = options.onNotice
    this.#prefix = `/_db/${encodeURIComponent(address.database)}`
    this.#authorization = formatAuthorization(address, options)
    const { silenceMsMax = SILENCE_MS_MAX } = options
    this.#isPatient = options.silenceMsMax === undefined
    this.#dbServer = options.dbServer
    this.#pool = new Pool(address.url, {
      connect: createConnector(options.connectMsMax ?? CONNECT_TIMEOUT_MS, options.mayConnect),
      headersTimeout: silenceMsMax,
      bodyTimeout: silenceMsMax,
    })
    this.#pool.on('connect', () => {
      this.#connects += 1
    })
  }

  /** Sockets that were opened so far; behind each new one may be another server than before. */
  get connects(): number {
    return this.#connects
  }

  /** The path and the query of a request, as they stand on the wire. */
  pathOf({ path, query }: Pick<RemoteRequest, 'path' | 'query'>): string {
    const isForwarded = this.#dbServer !== undefined && FORWARDED.test(path)
    const all = isForwarded ? { ...query, [DB_SERVER]: this.#dbServer } : query
    const search = all === undefined ? '' : `?${new URLSearchParams(all).toString()}`
    return this.#prefix + path + search
  }

  /**
   * Sends a request, again if it may be and the failure may pass, and reads the answer.
   *
   * @param read - called with each answer that is no error; its failures count as the request's
   * @throws RemoteError, of the kind that tells what happened
   */
  async exchange<Result>(
    request: RemoteRequest,
    read: (answer: RemoteAnswer) => Result | Promise<Result>,
  ): Promise<Result> {
    const { signal } = request
    const attempt = async (): Promise<Result> => read(await this.#send(request))
    try {
      return await pRetry(attempt, {
        retries: this.retries,
        minTimeout: this.retryDelayMs,
        maxTimeout: RETRY_DELAY_MS_MAX,
        randomize: true,
        signal,
        shouldRetry: ({ error }) => this.#mayRepeat(request, error),
        onFailedAttempt: ({ error, retriesLeft }) => {
          if (retriesLeft > 0 && this.#mayRepeat(request, error)) this.tellRetry(error)
        },
      })
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  }

  /** Tells that something is tried again. */
  tellRetry(error: Error): void {
    this.onNotice({ kind: 'retry', message: `${error.message}; trying again` })
  }

  /** Ends every request under way and closes all sockets. */
  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  async #send(request: RemoteRequest): Promise<RemoteAnswer> {
    const task = { task: request.task, address: this.address }
    const signal = request.outlivesAbort === true ? undefined : request.signal
    const { body = null, onTransfer } = request
    if (body !== null) onTransfer?.(Buffer.byteLength(body))
    let data: Dispatcher.ResponseData
    try {
      data = await this.#pool.request({
        method: request.method,
        path: this.pathOf(request),
        headers: this.#headers(request),
        body,
        signal: signal ?? null,
      })
    } catch (error) {
      signal?.throwIfAborted()
      throw transportError(task, error)
    }
    const answer = new RemoteAnswer(data, task, { signal, onTransfer })
    if (answer.status < 200 || answer.status >= 300) throw await this.#refusal(answer, task)
    return answer
  }

  #headers({ body, accept = CONTENT_TYPE.json, headers }: RemoteRequest): Record<string, string> {
    return {
      ...headers,
      accept,
      ...(body === undefined ? {} : { 'content-type': CONTENT_TYPE.json }),
      ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
    }
  }

  #mayRepeat({ repeat }: RemoteRequest, error: Error): boolean {
    if (repeat === 'never') return false
    if (error instanceof RemoteUnreachableError) {
      if (error.failure === SILENT && !this.#isPatient) return false
      const { isPassing, wasSent } = error.failure
      return isPassing && (repeat === 'always' || !wasSent)
    }
    if (!(error instanceof RemoteStatusError)) return false
    return repeat === 'always' && GATEWAY_STATUSES.includes(error.status)
  }

  async #refusal(answer: RemoteAnswer, task: RemoteTask): Promise<RemoteError> {
    const refusal = await readRefusal(answer)
    const isAsking = refusal.status === BAD_REQUEST && refusal.errorMessage.includes(DB_SERVER)
    if (isAsking && this.#dbServer === undefined) return new RemoteCoordinatorError(task)
    if (refusal.status !== UNAUTHORIZED) return new RemoteStatusError(task, refusal)
    const isAnonymous = this.#authorization === undefined
    const reason = isAnonymous
      ? 'the server wants a username and a password'
      : 'the username or the password, or the token, was refused'
    return new RemoteUnauthorizedError(task, reason)
  }
}

function transportError(task: RemoteTask, error: unknown): RemoteError {
  return error instanceof ForbiddenAddressError
    ? new RemoteAddressError(task, error.message)
    : new RemoteUnreachableError(task, describeTransportFailure(error), { cause: error })
}

/** What is no error body, such as a proxy's page, is left out. */
async function readRefusal(answer: RemoteAnswer): Promise<Refusal> {
  const { status } = answer
  try {
    const { errorNum, errorMessage } = parseErrorBody(await answer.json())
    const words = errorMessage.replaceAll(/\s+/g, ' ').slice(0, ERROR_MESSAGE_LENGTH_MAX)
    return { status, errorNum, errorMessage: words }
  } catch {
    return { status, errorNum: 0, errorMessage: '' }
  }
}
