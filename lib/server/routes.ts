import assert from 'node:assert/strict'
import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { AnswerMemory } from './answer-memory.js'
import type { Endpoint } from './endpoint.js'
import { deleteBatch } from './endpoints/delete-batch.js'
import { deleteWalTail } from './endpoints/delete-wal-tail.js'
import { getCollectionCount } from './endpoints/get-collection-count.js'
import { getCurrentDatabase } from './endpoints/get-current-database.js'
import { getDump } from './endpoints/get-dump.js'
import { getEngine } from './endpoints/get-engine.js'
import { getInventory } from './endpoints/get-inventory.js'
import { getLoggerFirstTick } from './endpoints/get-logger-first-tick.js'
import { getLoggerFollow } from './endpoints/get-logger-follow.js'
import { getLoggerState } from './endpoints/get-logger-state.js'
import { getLoggerTickRanges } from './endpoints/get-logger-tick-ranges.js'
import { getRevisionsTree } from './endpoints/get-revisions-tree.js'
import { getServerId } from './endpoints/get-server-id.js'
import { getServerRole } from './endpoints/get-server-role.js'
import { getVersion } from './endpoints/get-version.js'
import { getWalLastTick } from './endpoints/get-wal-last-tick.js'
import { getWalOpenTransactions } from './endpoints/get-wal-open-transactions.js'
import { getWalRange } from './endpoints/get-wal-range.js'
import { getWalTail } from './endpoints/get-wal-tail.js'
import { postBatch } from './endpoints/post-batch.js'
import { postRevisionsTree } from './endpoints/post-revisions-tree.js'
import { putBatch } from './endpoints/put-batch.js'
import { putLoggerFollow } from './endpoints/put-logger-follow.js'
import { putRevisionsDocuments } from './endpoints/put-revisions-documents.js'
import { putRevisionsRanges } from './endpoints/put-revisions-ranges.js'
import { putServerId } from './endpoints/put-server-id.js'
import { putWalTail } from './endpoints/put-wal-tail.js'
import type { LeaderLimits } from './leader-limits.js'
import { limitReached, methodNotSupported } from './request-error.js'

/** Everything that the leader answers; a new endpoint is one file and one line here. */
export const ENDPOINTS: readonly Endpoint[] = [
  deleteBatch,
  deleteWalTail,
  getCollectionCount,
  getCurrentDatabase,
  getDump,
  getEngine,
  getInventory,
  getLoggerFirstTick,
  getLoggerFollow,
  getLoggerState,
  getLoggerTickRanges,
  getRevisionsTree,
  getServerId,
  getServerRole,
  getVersion,
  getWalLastTick,
  getWalOpenTransactions,
  getWalRange,
  getWalTail,
  postBatch,
  postRevisionsTree,
  putBatch,
  putLoggerFollow,
  putRevisionsDocuments,
  putRevisionsRanges,
  putServerId,
  putWalTail,
]

/** Answers one request with one endpoint. */
export type Serve = (
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<void>

/**
 * Registers every path of the table for every method, with and without a database before it. A wrong
 * method is refused before the body is read.
 */
export function registerRoutes(
  app: FastifyInstance,
  limits: Pick<LeaderLimits, 'requestBodyBytesMax' | 'listBodyBytesMax' | 'heldListsBytesMax'>,
  serve: Serve,
): void {
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  }
  const lists = new AnswerMemory(limits.heldListsBytesMax)
  for (const [path, endpoints] of endpointsByPath()) {
    const allowed = endpoints.map(({ method }) => method)
    const hasListBody = endpoints.some((endpoint) => endpoint.hasListBody)
    const bodyLimit = hasListBody ? limits.listBodyBytesMax : limits.requestBodyBytesMax
    const onRequest: onRequestHookHandler = (request, reply, done) => {
      if (!allowed.includes(request.method)) done(methodNotSupported(allowed))
      else done(hasListBody ? holdBody(lists, bodyLimit, request, reply) : undefined)
    }
    for (const url of [path, `/_db/:database${path}`]) {
      app.all(url, { onRequest, bodyLimit }, (request, reply) => {
        const endpoint = endpoints.find(({ method }) => method === request.method)
        assert(endpoint !== undefined)
        return serve(endpoint, request, reply)
      })
    }
  }
}

/** Takes the memory for a body before it comes, until the answer is sent: an error if there is none. */
function holdBody(
  lists: AnswerMemory,
  bytesMax: number,
  { headers }: FastifyRequest,
  { raw }: FastifyReply,
): Error | undefined {
  const told = Number(headers['content-length'] ?? bytesMax)
  const held = lists.begin()
  if (!held.take(Math.min(told, bytesMax))) return limitReached('lists of revisions')
  raw.once('close', () => {
    held.release()
  })
  return undefined
}

function endpointsByPath(): Map<string, Endpoint[]> {
  const paths = new Map<string, Endpoint[]>()
  for (const endpoint of ENDPOINTS) {
    paths.set(endpoint.path, [...(paths.get(endpoint.path) ?? []), endpoint])
  }
  return paths
}
