import type { JsonObject } from '../wire/index.js'
import { isOlder, type Compat } from './compat.js'
import type { Endpoint, EndpointRequest } from './endpoint.js'
import { noRevisions } from './revisions-errors.js'

/*
 * What a leader before 3.8 does otherwise (server notes, sections 2 to 5 and 10): it knows no revision
 * trees and no parallel dump, writes dumps and the log as lines only, and those of a dump always with
 * an envelope.
 */

const REVISIONS = '/_api/replication/revisions/'
const PARALLEL_DUMP = '/_api/dump/'
/** Endpoints that answered nothing but lines. */
const LINES: ReadonlySet<string> = new Set(['/_api/replication/logger-follow', '/_api/wal/tail'])
/** What a definition did not say. */
const NEWER_PARAMETERS = ['syncByRevision', 'usesRevisionsAsDocumentIds', 'minRevision']

/** The endpoints of a table that a leader of that form has, as it has them. */
export function endpointsOf(endpoints: readonly Endpoint[], compat: Compat): readonly Endpoint[] {
  if (!isOlder(compat)) return endpoints
  return endpoints.filter(({ path }) => !path.startsWith(PARALLEL_DUMP)).map(toOlder)
}

function toOlder(endpoint: Endpoint): Endpoint {
  const { method, path } = endpoint
  if (path.startsWith(REVISIONS))
    return { ...endpoint, handle: () => Promise.reject(noRevisions()) }
  if (LINES.has(path)) return asking(endpoint, asLines)
  if (path === '/_api/replication/dump') return asking(endpoint, asEnvelopes)
  if (method === 'POST' && path === '/_api/replication/batch') return asking(endpoint, withoutState)
  return endpoint
}

/** An endpoint that takes every request for another one. */
function asking(
  endpoint: Endpoint,
  change: (request: EndpointRequest) => EndpointRequest,
): Endpoint {
  return { ...endpoint, handle: (request, context) => endpoint.handle(change(request), context) }
}

function asLines(request: EndpointRequest): EndpointRequest {
  return { ...request, answerFormat: 'json' }
}

function asEnvelopes(request: EndpointRequest): EndpointRequest {
  return asLines({ ...request, query: { ...request.query, useEnvelope: 'true' } })
}

function withoutState(request: EndpointRequest): EndpointRequest {
  const { state: _state, ...query } = request.query
  return { ...request, query }
}

/** Tells whether a URL is one of an API that a leader of that form has never heard of. */
export function isUnknownTo(url: string, compat: Compat): boolean {
  return isOlder(compat) && /^(?:\/_db\/[^/]+)?\/_api\/dump(?=[/?]|$)/.test(url)
}

/** The parameters of a collection without what came with 3.8. */
export function olderParameters(parameters: JsonObject): JsonObject {
  const names = Object.keys(parameters).filter((name) => !NEWER_PARAMETERS.includes(name))
  return Object.fromEntries(names.map((name) => [name, parameters[name]]))
}
