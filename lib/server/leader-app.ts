import type { ServerOptions } from 'node:http'
import Fastify, { type FastifyInstance } from 'fastify'
import { answerClientError } from './client-error.js'
import type { InFlight } from './in-flight.js'
import type { LeaderLimits } from './leader-limits.js'
import { parseParameters } from './parameters.js'
import { noRoute } from './no-route.js'
import { RequestError } from './request-error.js'
import { CALLER, type RequestHandler } from './request-handler.js'
import { registerRoutes } from './routes.js'

/**
 * Makes the HTTP server around a request handler: the one place where fastify is set up. It routes
 * and reads bodies; every answer, that of an error too, is the handler's.
 */
export function createLeaderApp(
  handler: RequestHandler,
  inFlight: InFlight,
  limits: LeaderLimits,
): FastifyInstance {
  const app = Fastify({
    bodyLimit: limits.requestBodyBytesMax,
    connectionTimeout: limits.stalledAnswerMs,
    keepAliveTimeout: limits.idleConnectionMs,
    requestTimeout: limits.requestTimeoutMs,
    http: timeoutsOf(limits),
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: limits.urlBytesMax,
      querystringParser: parseParameters,
    },
    exposeHeadRoutes: false,
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
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
  app.setNotFoundHandler((request, reply) => handler.refuse(noRoute(request.url), request, reply))
  registerRoutes(app, limits, (endpoint, request, reply) => handler.serve(endpoint, request, reply))
  return app
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
