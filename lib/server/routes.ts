import assert from 'node:assert/strict'
import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { AnswerMemory } from './answer-memory.js'
import type { BodyKind, Endpoint } from './endpoint.js'
import { deleteBatch } from './endpoints/delete-batch.js'
import { deleteCollection } from './endpoints/delete-collection.js'
import { deleteDatabase } from './endpoints/delete-database.js'
import { deleteDocument } from './endpoints/delete-document.js'
import { deleteDocuments } from './endpoints/delete-documents.js'
import { deleteIndex } from './endpoints/delete-index.js'
import { deleteWalTail } from './endpoints/delete-wal-tail.js'
import { getCollection } from './endpoints/get-collection.js'
import { getCollectionChecksum } from './endpoints/get-collection-checksum.js'
import { getCollectionCount } from './endpoints/get-collection-count.js'
import { getCollectionFigures } from './endpoints/get-collection-figures.js'
import { getCollectionProperties } from './endpoints/get-collection-properties.js'
import { getCollectionRevision } from './endpoints/get-collection-revision.js'
import { getCollections } from './endpoints/get-collections.js'
import { getCurrentDatabase } from './endpoints/get-current-database.js'
import { getDatabases } from './endpoints/get-databases.js'
import { getDocument } from './endpoints/get-document.js'
import { getDump } from './endpoints/get-dump.js'
import { getEngine } from './endpoints/get-engine.js'
import { getIndex } from './endpoints/get-index.js'
import { getIndexes } from './endpoints/get-indexes.js'
import { getInventory } from './endpoints/get-inventory.js'
import { getLoggerFirstTick } from './endpoints/get-logger-first-tick.js'
import { getLoggerFollow } from './endpoints/get-logger-follow.js'
import { getLoggerState } from './endpoints/get-logger-state.js'
import { getLoggerTickRanges } from './endpoints/get-logger-tick-ranges.js'
import { getRevisionsTree } from './endpoints/get-revisions-tree.js'
import { getServerId } from './endpoints/get-server-id.js'
import { getServerRole } from './endpoints/get-server-role.js'
import { getUserDatabases } from './endpoints/get-user-databases.js'
import { getVersion } from './endpoints/get-version.js'
import { getWalLastTick } from './endpoints/get-wal-last-tick.js'
import { getWalOpenTransactions } from './endpoints/get-wal-open-transactions.js'
import { getWalRange } from './endpoints/get-wal-range.js'
import { getWalTail } from './endpoints/get-wal-tail.js'
import { headDocument } from './endpoints/head-document.js'
import { patchDocument } from './endpoints/patch-document.js'
import { patchDocuments } from './endpoints/patch-documents.js'
import { postBatch } from './endpoints/post-batch.js'
import { postCollection } from './endpoints/post-collection.js'
import { postDatabase } from './endpoints/post-database.js'
import { postDocuments } from './endpoints/post-documents.js'
import { postIndex } from './endpoints/post-index.js'
import { postRevisionsTree } from './endpoints/post-revisions-tree.js'
import { putBatch } from './endpoints/put-batch.js'
import { putCollectionLoad } from './endpoints/put-collection-load.js'
import { putCollectionProperties } from './endpoints/put-collection-properties.js'
import { putCollectionRename } from './endpoints/put-collection-rename.js'
import { putCollectionTruncate } from './endpoints/put-collection-truncate.js'
import { putCollectionUnload } from './endpoints/put-collection-unload.js'
import { putDocument } from './endpoints/put-document.js'
import { putDocuments } from './endpoints/put-documents.js'
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
  deleteCollection,
  deleteDatabase,
  deleteDocument,
  deleteDocuments,
  deleteIndex,
  deleteWalTail,
  getCollection,
  getCollectionChecksum,
  getCollectionCount,
  getCollectionFigures,
  getCollectionProperties,
  getCollectionRevision,
  getCollections,
  getCurrentDatabase,
  getDatabases,
  getDocument,
  getDump,
  getEngine,
  getIndex,
  getIndexes,
  getInventory,
  getLoggerFirstTick,
  getLoggerFollow,
  getLoggerState,
  getLoggerTickRanges,
  getRevisionsTree,
  getServerId,
  getServerRole,
  getUserDatabases,
  getVersion,
  getWalLastTick,
  getWalOpenTransactions,
  getWalRange,
  getWalTail,
  headDocument,
  patchDocument,
  patchDocuments,
  postBatch,
  postCollection,
  postDatabase,
  postDocuments,
  postIndex,
  postRevisionsTree,
  putBatch,
  putCollectionLoad,
  putCollectionProperties,
  putCollectionRename,
  putCollectionTruncate,
  putCollectionUnload,
  putDocument,
  putDocuments,
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

/** The bounds of bodies. */
type BodyLimits = Pick<
  LeaderLimits,
  | 'requestBodyBytesMax'
  | 'listBodyBytesMax'
  | 'documentsBodyBytesMax'
  | 'heldListsBytesMax'
  | 'heldDocumentsBytesMax'
>

/**
 * Registers every path of the table for every method, with and without a database before it. A wrong
 * method is refused before the body is read.
 */
export function registerRoutes(app: FastifyInstance, limits: BodyLimits, serve: Serve): void {
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  }
  const bounds = createBounds(limits)
  for (const [path, endpoints] of endpointsByPath()) {
    const allowed = endpoints.map(({ method }) => method)
    const kind = endpoints.find(({ bodyKind }) => bodyKind !== 'small')?.bodyKind ?? 'small'
    const { bytesMax: bodyLimit, hold } = bounds[kind]
    const onRequest: onRequestHookHandler = (request, reply, done) => {
      done(allowed.includes(request.method) ? hold(request, reply) : methodNotSupported(allowed))
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

/** How large the bodies of a kind are, each and together. */
interface BodyBound {
  readonly bytesMax: number
  /** Takes the memory for a body before it comes: an error if there is none. */
  readonly hold: (request: FastifyRequest, reply: FastifyReply) => Error | undefined
}

function createBounds(limits: BodyLimits): Readonly<Record<BodyKind, BodyBound>> {
  const { requestBodyBytesMax, listBodyBytesMax, documentsBodyBytesMax } = limits
  const lists = new AnswerMemory(limits.heldListsBytesMax)
  const documents = new AnswerMemory(limits.heldDocumentsBytesMax)
  return {
    small: { bytesMax: requestBodyBytesMax, hold: () => undefined },
    list: {
      bytesMax: listBodyBytesMax,
      hold: (request, reply) =>
        holdBody({ memory: lists, what: 'lists of revisions' }, listBodyBytesMax, request, reply),
    },
    documents: {
      bytesMax: documentsBodyBytesMax,
      hold: (request, reply) =>
        holdBody({ memory: documents, what: 'documents' }, documentsBodyBytesMax, request, reply),
    },
  }
}

/** Takes the memory for a body until the answer is sent; a body of unknown length takes the most. */
function holdBody(
  { memory, what }: { readonly memory: AnswerMemory; readonly what: string },
  bytesMax: number,
  { headers }: FastifyRequest,
  { raw }: FastifyReply,
): Error | undefined {
  const { 'content-length': told, 'transfer-encoding': encoding } = headers
  const bytes = encoding === undefined ? Number(told ?? 0) : bytesMax
  const held = memory.begin()
  if (!held.take(Math.min(bytes, bytesMax))) return limitReached(what)
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
