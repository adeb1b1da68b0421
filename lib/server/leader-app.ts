import type { ServerOptions } from 'node:http'
import type { SecureContextOptions } from 'node:tls'
import Fastify, { type FastifyInstance } from 'fastify'
import type { AnswerMemory } from './answer-memory.js'
import { answerClientError, isTooSlow } from './client-error.js'
import type { Clock } from './clock.js'
import type { Compat } from './compat.js'
import type { InFlight } from './in-flight.js'
import type { LeaderLimits } from './leader-limits.js'
import { parseParameters } from './parameters.js'
import { noRoute } from './no-route.js'
import { isUnknownTo } from './older-leader.js'
import { RequestError, unknownPath } from './request-error.js'
import { CALLER, type RequestHandler } from './request-handler.js'
import { registerRoutes } from './register-routes.js'
import { StreamingSockets } from './streaming-sockets.js'

/** What {@link createLeaderApp} puts together. */
export interface LeaderAppParts {
  readonly handler: RequestHandler
  readonly inFlight: InFlight
  /** The memory for bodies that bring documents. */
  readonly bodies: AnswerMemory
  readonly clock: Clock
  readonly compat: Compat
  readonly limits: LeaderLimits
  /** Certificate and key of TLS; undefined serves in clear. */
  readonly secure: SecureContextOptions | undefined
}

/**
 * Makes the HTTP server around a request handler: the one place where fastify is set up. It routes
 * and reads bodies; every answer, that of an error too, is the handler's.
 */
export function createLeaderApp(parts: LeaderAppParts): FastifyInstance {
  const { handler, inFlight, bodies, clock, compat, limits, secure } = parts
  const streams = new StreamingSockets()
  const app = Fastify({
    bodyLimit: limits.requestBodyBytesMax,
    connectionTimeout: limits.stalledAnswerMs,
    keepAliveTimeout: limits.idleConnectionMs,
    requestTimeout: limits.requestTimeoutMs,
    ...serverOptions(limits, secure),
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: limits.urlBytesMax,
      querystringParser: parseParameters,
    },
    exposeHeadRoutes: false,
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      if (isTooSlow(error) && streams.has(socket)) return
      answerClientError(error, socket, inFlight.isBusy(socket))
    },
    frameworkErrors: (error, request, reply) => {
      inFlight.add(reply.raw)
      const status = error.statusCode ?? 400
      void handler.refuse(new RequestError(status, status, 'bad URL'), request, reply)
    },
  })
  app.decorateRequest(CALLER)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  app.addHook('onRequest', (request, reply) => handler.admit(request, reply))
  app.setErrorHandler((error, request, reply) => handler.refuse(error, request, reply))
  app.setNotFoundHandler((request, reply) => {
    const { url } = request
    return handler.refuse(isUnknownTo(url, compat) ? unknownPath() : noRoute(url), request, reply)
  })
  registerRoutes(app, {
    limits,
    bodies,
    streams,
    clock,
    compat,
    serve: (endpoint, request, reply) => handler.serve(endpoint, request, reply),
    authorize: (endpoint, request) => handler.authorize(endpoint, request),
  })
  return app
}

/** What node's server is made with. */
function serverOptions(
  limits: LeaderLimits,
  secure: SecureContextOptions | undefined,
): { readonly http: ServerOptions } {
  const http = timeoutsOf(limits)
  if (secure === undefined) return { http }
  const https = { ...http, ...secure, handshakeTimeout: limits.headersTimeoutMs }
  // The types make another kind of instance of it, which is alike in all that is used here.
  return { https } as unknown as { http: ServerOptions }
}

/** Node looks for requests that take too long from time to time: here, twice within the limit. */
function timeoutsOf({ headersTimeoutMs, requestTimeoutMs }: LeaderLimits): ServerOptions {
  const headersTimeout = Math.min(headersTimeoutMs, requestTimeoutMs)
  return {
    headersTimeout,
    connectionsCheckingInterval: Math.ceil(headersTimeout / 2),
    requireHostHeader: false,
  }
}
