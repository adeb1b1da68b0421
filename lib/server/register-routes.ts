import assert from 'node:assert/strict'
import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { createBounds, type BodyBound, type BodyBoundParts } from './body-bounds.js'
import type { Clock } from './clock.js'
import type { Compat } from './compat.js'
import type { Endpoint } from './endpoint.js'
import { endpointsByPath } from './endpoints-by-path.js'
import { endpointsOf } from './older-leader.js'
import { methodNotSupported } from './request-error.js'
import { ENDPOINTS } from './routes.js'
import { drainBody } from './stream-body.js'

/** Answers one request with one endpoint. */
type Serve = (endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** Checks that the caller of a request may ask an endpoint; throws what the answer to others is. */
type Authorize = (endpoint: Endpoint, request: FastifyRequest) => void

/** What routes are made with. */
export interface RouteParts extends BodyBoundParts {
  readonly clock: Clock
  /** What the leader plays. */
  readonly compat: Compat
  readonly serve: Serve
  readonly authorize: Authorize
}

/**
 * Registers every path of the table for every method, with and without a database before it. A wrong
 * method is refused before the body is read.
 */
export function registerRoutes(app: FastifyInstance, parts: RouteParts): void {
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  }
  const bounds = createBounds(parts)
  const paths = [...endpointsByPath(endpointsOf(ENDPOINTS, parts.compat))].map(
    ([path, endpoints]) => {
      const kind = endpoints.find(({ bodyKind }) => bodyKind !== 'small')?.bodyKind ?? 'small'
      return { path, endpoints, isStream: kind === 'stream', bound: bounds[kind] }
    },
  )
  for (const each of paths) if (!each.isStream) registerPath(app, each, parts)
  // What the framework does to bodies it does to all of a scope.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, parsed) => {
      parsed(null)
    })
    const serve = draining(parts)
    for (const each of paths) if (each.isStream) registerPath(scope, each, { ...parts, serve })
    done()
  })
}

interface RoutePath {
  readonly path: string
  readonly endpoints: readonly Endpoint[]
  readonly bound: BodyBound
}

function registerPath(
  app: FastifyInstance,
  { path, endpoints, bound }: RoutePath,
  { serve, authorize }: Pick<RouteParts, 'serve' | 'authorize'>,
): void {
  const { bytesMax: bodyLimit, hold } = bound
  const allowed = endpoints.map(({ method }) => method)
  const onRequest: onRequestHookHandler = (request, reply, done) => {
    const endpoint = endpoints.find(({ method }) => method === request.method)
    if (endpoint === undefined) throw methodNotSupported(allowed)
    authorize(endpoint, request)
    done(hold(request, reply))
  }
  const config = { isOpen: endpoints.some(({ access }) => access === 'open') }
  for (const url of [path, `/_db/:database${path}`]) {
    app.all(url, { onRequest, bodyLimit, config }, (request, reply) => {
      const endpoint = endpoints.find(({ method }) => method === request.method)
      assert(endpoint !== undefined)
      return serve(endpoint, request, reply)
    })
  }
}

/** Serves, and then reads what is left of the body. */
function draining({ serve, limits, clock }: RouteParts): Serve {
  const { documentsBodyBytesMax: bytesMax, requestTimeoutMs: withinMs } = limits
  return async (endpoint, request, reply) => {
    await serve(endpoint, request, reply)
    drainBody(request.raw, { clock, bytesMax, withinMs })
  }
}
