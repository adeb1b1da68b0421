import type { FastifyReply, FastifyRequest } from 'fastify'
import { SYSTEM_DATABASE } from '../store/index.js'
import type { Answer } from './answer.js'
import { ALL_PERMISSIONS, type Authenticate, type Caller } from './auth/index.js'
import { bodyFormatOf, wantedFormat } from './body-format.js'
import type { Endpoint, EndpointContext, EndpointRequest } from './endpoint.js'
import { errorAnswer, isUnexpected } from './error-answer.js'
import type { InFlight } from './in-flight.js'
import type { LeaderLimits } from './leader-limits.js'
import { negotiate } from './negotiate.js'
import type { Parameters } from './parameters.js'
import {
  databaseNotFound,
  limitReached,
  RequestError,
  shuttingDown,
  startingUp,
} from './request-error.js'
import { sendAnswer } from './send-answer.js'

/** Name of the decoration of requests that says who makes them. */
export const CALLER = 'caller'

/** Which request an error belongs to. */
export interface FailedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
}

/** What {@link RequestHandler} is made of. */
export interface RequestHandlerOptions {
  readonly context: EndpointContext
  readonly authenticate: Authenticate
  readonly inFlight: InFlight
  readonly limits: Pick<LeaderLimits, 'requestsInFlightMax' | 'urlBytesMax'>
  /** Called for errors that are the leader's own fault. */
  readonly onError: (error: unknown, request: FailedRequest) => void
}

/** Leads every request through the same steps: admit, read, answer, send. */
export class RequestHandler {
  phase: 'starting' | 'open' | 'closing' = 'starting'
  readonly #options: RequestHandlerOptions

  constructor(options: RequestHandlerOptions) {
    this.#options = options
  }

  /**
   * Lets a request in, before its body is read.
   *
   * @throws RequestError when it is not let in
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { context, inFlight, limits, authenticate } = this.#options
    inFlight.add(reply.raw)
    if (this.phase === 'starting') throw startingUp()
    if (this.phase === 'closing') throw shuttingDown()
    if (inFlight.count - context.waits.count > limits.requestsInFlightMax)
      throw limitReached('requests in flight')
    if (Buffer.byteLength(request.url) > limits.urlBytesMax) {
      throw new RequestError(414, 414, 'URL too long')
    }
    const caller = await authenticate(request.headers.authorization)
    request.setDecorator(CALLER, caller)
  }

  /** Answers a request with an endpoint; whatever goes wrong becomes an answer too. */
  async serve(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const gone = new AbortController()
    reply.raw.once('close', () => {
      gone.abort()
    })
    try {
      const answered = await endpoint.handle(
        this.#endpointRequest(request, gone.signal),
        this.#options.context,
      )
      const answer = inWantedFormat(answered, request)
      reply.hijack()
      this.#announceClosing(reply)
      await sendAnswer(reply.raw, answer)
    } catch (error) {
      if (error === gone.signal.reason) reply.hijack()
      else await this.refuse(error, request, reply)
    }
  }

  /** Answers a request with an error, or cuts the connection when an answer has begun. */
  async refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (isUnexpected(error)) {
      this.#options.onError(error, { method: request.method, path: pathOf(request.url) })
    }
    reply.hijack()
    if (reply.raw.headersSent || reply.raw.destroyed) {
      reply.raw.destroy()
      return
    }
    if (reply.hasHeader('connection')) reply.raw.setHeader('connection', 'close')
    this.#announceClosing(reply)
    await sendAnswer(reply.raw, inWantedFormat(errorAnswer(error), request))
  }

  #endpointRequest(request: FastifyRequest, signal: AbortSignal): EndpointRequest {
    const path = request.params as Parameters
    const database = this.#options.context.store.database(path['database'] ?? SYSTEM_DATABASE)
    if (database === undefined) throw databaseNotFound()
    return {
      query: request.query as Parameters,
      path,
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      bodyFormat: bodyFormatOf(request.headers['content-type']),
      answerFormat: wantedFormat(request.headers.accept),
      database,
      caller: request.getDecorator<Caller>(CALLER),
      permissions: ALL_PERMISSIONS,
      signal,
    }
  }

  /** Whoever reads the last answer on a connection should not send another request on it. */
  #announceClosing({ raw }: FastifyReply): void {
    if (this.phase === 'closing') raw.setHeader('connection', 'close')
  }
}

function inWantedFormat(answer: Answer, { headers }: FastifyRequest): Answer {
  return negotiate(answer, wantedFormat(headers.accept))
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
