import type { FastifyReply, FastifyRequest } from 'fastify'
import { SYSTEM_DATABASE, type StoreDatabase } from '../store/index.js'
import type { Answer } from './answer.js'
import type { Authentication, Caller } from './auth/index.js'
import { authorize } from './authorize.js'
import { bodyFormatOf, wantedFormat } from './body-format.js'
import type { Endpoint, EndpointContext, EndpointRequest } from './endpoint.js'
import { errorAnswer, isUnexpected } from './error-answer.js'
import type { InFlight } from './in-flight.js'
import type { LeaderLimits } from './leader-limits.js'
import { negotiate } from './negotiate.js'
import type { Parameters } from './parameters.js'
import { limitReached, RequestError, shuttingDown, startingUp } from './request-error.js'
import { sendAnswer } from './send-answer.js'
import { emptyStream, streamBody } from './stream-body.js'

/** Name of the decoration of requests that says who makes them. */
export const CALLER = 'caller'

/** What routes tell of themselves. */
interface RouteConfig {
  /** Nobody has to say who they are. */
  readonly isOpen?: boolean
}

/** Which request an error belongs to. */
export interface FailedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
}

/** What {@link RequestHandler} is made of. */
export interface RequestHandlerOptions {
  readonly context: EndpointContext
  readonly authentication: Authentication
  readonly inFlight: InFlight
  readonly limits: Pick<
    LeaderLimits,
    'requestsInFlightMax' | 'requestTimeoutMs' | 'stalledAnswerMs' | 'urlBytesMax'
  >
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
    const { context, inFlight, limits } = this.#options
    inFlight.add(reply.raw)
    if (this.phase === 'starting') throw startingUp()
    if (this.phase === 'closing') throw shuttingDown()
    if (inFlight.count - context.waits.count > limits.requestsInFlightMax)
      throw limitReached('requests in flight')
    if (Buffer.byteLength(request.url) > limits.urlBytesMax) {
      throw new RequestError(414, 414, 'URL too long')
    }
    request.setDecorator(CALLER, await this.#identify(request))
  }

  /**
   * Checks that the caller may ask an endpoint, before its parameters and the body are read.
   *
   * @throws RequestError as {@link authorize}
   */
  authorize({ access }: Endpoint, request: FastifyRequest): StoreDatabase {
    const { authentication, context } = this.#options
    const permissions = authentication.permissionsOf(callerOf(request))
    return authorize({ database: databaseName(request), access, permissions }, context.store)
  }

  /** Answers a request with an endpoint; whatever goes wrong becomes an answer too. */
  async serve(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const gone = new AbortController()
    reply.raw.once('close', () => {
      gone.abort()
    })
    try {
      const answered = await this.#answer(
        endpoint,
        this.#endpointRequest(endpoint, request, gone.signal),
        reply,
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

  /** A connection is silent until its answer is ready, and a long one may be silent for long. */
  async #answer(
    endpoint: Endpoint,
    request: EndpointRequest,
    { raw }: FastifyReply,
  ): Promise<Answer> {
    const { context, limits } = this.#options
    if (endpoint.isLong) raw.setTimeout(0)
    try {
      return await endpoint.handle(request, context)
    } finally {
      if (endpoint.isLong) raw.setTimeout(limits.stalledAnswerMs)
    }
  }

  /** An endpoint that is open to all asks nobody who they are. */
  async #identify({ routeOptions, headers, ip }: FastifyRequest): Promise<Caller> {
    if ((routeOptions.config as RouteConfig).isOpen === true) return { kind: 'nobody' }
    return this.#options.authentication.identify(headers.authorization, ip)
  }

  #streamOf(
    { bodyKind }: Endpoint,
    { raw }: FastifyRequest,
    signal: AbortSignal,
  ): AsyncIterable<Buffer> {
    if (bodyKind !== 'stream') return emptyStream()
    const { context, limits } = this.#options
    return streamBody(raw, { clock: context.clock, stallMs: limits.requestTimeoutMs, signal })
  }

  #endpointRequest(
    endpoint: Endpoint,
    request: FastifyRequest,
    signal: AbortSignal,
  ): EndpointRequest {
    // Once more, since what is granted may have changed while the body came.
    const database = this.authorize(endpoint, request)
    const caller = callerOf(request)
    return {
      query: request.query as Parameters,
      path: request.params as Parameters,
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      stream: this.#streamOf(endpoint, request, signal),
      bodyFormat: bodyFormatOf(request.headers['content-type']),
      answerFormat: wantedFormat(request.headers.accept),
      database,
      caller,
      address: request.ip,
      permissions: this.#options.authentication.permissionsOf(caller),
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

function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(CALLER)
}

function databaseName({ params }: FastifyRequest): string {
  return (params as Parameters)['database'] ?? SYSTEM_DATABASE
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
