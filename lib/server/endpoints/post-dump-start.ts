import type { StoreCollection, StoreSnapshot } from '../../store/index.js'
import { answers, attribute, BAD_BODY, fails, queryFlag, queryText, required } from '../about.js'
import { defineEndpoint, type Endpoint, type EndpointRequest } from '../endpoint.js'
import { ownerOf, parseDumpRequest, type DumpRequest } from '../parallel-dump/index.js'
import { booleanParameter, textParameter } from '../parameters.js'
import { collectionNotFound } from '../request-error.js'
import { assertGranted } from '../use-collection.js'

interface Input {
  readonly request: DumpRequest
  readonly useVPack: boolean
  readonly batchId: string | undefined
}

/** `POST /_api/dump/start`. */
export const postDumpStart: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/dump/start',
  access: 'collection-ro',
  about: {
    summary: 'starts a dump of several collections, all as one snapshot has them',
    parameters: [
      queryText('batchId', 'a batch whose snapshot is dumped', 'a new snapshot'),
      queryFlag('useVPack', 'batches are VelocyPack arrays, not lines', false),
      required(attribute('shards', 'array', 'names of collections')),
      attribute('batchSize', 'number', 'bytes of a batch; 4096 to 64 MiB', '16384'),
      attribute('docsPerBatch', 'number', 'documents of a batch; 10 to 1,000,000', '10000'),
      attribute('prefetchCount', 'number', 'batches found ahead; 8 at most', '2'),
      attribute('parallelism', 'number', 'looked at, and of no effect', '2'),
      attribute('ttl', 'number', 'seconds without a request, 24 h at most; 0: 600', '600'),
      attribute('projections', 'object', 'new names, and the paths of their values', 'none'),
      attribute('filters', 'object', '`{type: "simple", conditions}`', 'none'),
    ],
    statuses: [
      answers(201, 'nothing, and the header `x-arango-dump-id`; with a batch `x-tidemark-batch`'),
      BAD_BODY,
      fails(400, 10, 'the body is no object, or an attribute is missing or not of its type'),
      fails(404, 1203, 'a collection is unknown'),
      fails(404, 1600, 'the batch is unknown or has expired'),
      fails(503, 32, 'too many dumps or snapshots are open'),
    ],
  },

  read: (request) => ({
    request: parseDumpRequest(request),
    useVPack: booleanParameter(request.query, 'useVPack') ?? false,
    batchId: textParameter(request.query, 'batchId'),
  }),

  async answer({ request: wanted, useVPack, batchId }, request, { dumps, store }) {
    for (const name of wanted.shards) {
      assertGranted(store.collection(request.database, name), name, request, 'ro')
    }
    const started = await dumps.start({
      request: wanted,
      useVPack,
      owner: ownerOf(request),
      batchId,
      choose: (snapshot) => wanted.shards.map((name) => chooseCollection(snapshot, name, request)),
      signal: request.signal,
    })
    const batch = started.batchId === undefined ? {} : { 'x-tidemark-batch': started.batchId }
    const headers = { 'x-arango-dump-id': started.id, ...batch }
    return { kind: 'whole', status: 201, headers, body: Buffer.alloc(0) }
  },
})

/** As the snapshot has it, where it may have had another name. */
function chooseCollection(
  snapshot: StoreSnapshot,
  name: string,
  request: EndpointRequest,
): StoreCollection {
  const collection = snapshot.collection(request.database, name)
  assertGranted(collection, name, request, 'ro')
  if (collection === undefined) throw collectionNotFound()
  return collection
}
