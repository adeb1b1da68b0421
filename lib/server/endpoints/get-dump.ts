import { DUMP_CHUNK_BYTES, DUMP_CHUNK_BYTES_MAX } from '../../core/index.js'
import type { DumpChunk, StoreCollection } from '../../store/index.js'
import { revision, tick, type Revision } from '../../values/index.js'
import { CONTENT_TYPE, formatReplicationHeaders, type DumpForm } from '../../wire/index.js'
import { emptyAnswer, type Answer } from '../answer.js'
import { unknownDumpBatch } from '../batch-errors.js'
import type { BatchUse } from '../batches.js'
import { defineEndpoint, type Endpoint, type EndpointRequest } from '../endpoint.js'
import { booleanParameter, numberParameter, textParameter, type Parameters } from '../parameters.js'
import { badRequest, collectionNotFound } from '../request-error.js'

interface Input {
  /** Name, local id in decimal, or globallyUniqueId. */
  readonly collection: string
  readonly batchId: string | undefined
  /** Bytes after which no further line is put into the answer. */
  readonly chunkBytes: number
  /** Only documents above this revision, whatever was sent before; undefined: the kept position. */
  readonly from: Revision | undefined
  readonly form: DumpForm
}

/** A chunk on its way out, and what to do when it has left. */
interface Dump {
  readonly chunk: DumpChunk
  /** Gives everything back; the kept position moves only if all of the chunk was sent. */
  readonly close: (isWhole: boolean) => void
}

/**
 * `GET /_api/replication/dump?collection=&batchId=[&chunkSize=131072][&from=][&useEnvelope=]`: the
 * next documents of a collection in revision order, as the batch's snapshot holds them.
 *
 * 200 with lines of the documented form, `{type,data}` (useEnvelope=true) or bare documents
 * (useEnvelope=false), or 204 at the end; both with checkmore and lastincluded. 400 without a
 * collection, 404 for an unknown batch or collection.
 */
export const getDump: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/replication/dump',

  read: (request) => ({
    collection: readCollection(request),
    batchId: textParameter(request.query, 'batchId'),
    chunkBytes: readChunkBytes(request.query),
    from: readFrom(request.query),
    form: readForm(request.query),
  }),

  async answer(input, request, { batches }) {
    const { batchId } = input
    const batch = batchId === undefined ? undefined : batches.use(batchId)
    if (batch === undefined) throw unknownDumpBatch(batchId !== undefined)
    try {
      const collection = batch.snapshot.collection(request.database, input.collection)
      if (collection === undefined) throw collectionNotFound()
      return dumpAnswer(await findDump(batch, collection, input, request.signal))
    } catch (error) {
      batch.release()
      throw error
    }
  },
})

/** Missing is 1203 for those who had to log in, as their permission is looked at first. */
function readCollection({ query, caller }: EndpointRequest): string {
  const collection = textParameter(query, 'collection')
  if (collection !== undefined) return collection
  throw caller.kind === 'anybody'
    ? badRequest('invalid collection parameter')
    : collectionNotFound()
}

function readChunkBytes(query: Parameters): number {
  const bytes = numberParameter(query, 'chunkSize') ?? BigInt(DUMP_CHUNK_BYTES)
  return bytes < DUMP_CHUNK_BYTES_MAX ? Number(bytes) : DUMP_CHUNK_BYTES_MAX
}

function readFrom(query: Parameters): Revision | undefined {
  const from = numberParameter(query, 'from')
  return from === undefined ? undefined : revision(from)
}

function readForm(query: Parameters): DumpForm {
  const hasEnvelope = booleanParameter(query, 'useEnvelope')
  if (hasEnvelope === undefined) return 'documented'
  return hasEnvelope ? 'enveloped' : 'bare'
}

async function findDump(
  batch: BatchUse,
  collection: StoreCollection,
  { from, chunkBytes, form }: Input,
  signal: AbortSignal,
): Promise<Dump> {
  const position = from === undefined ? await batch.positions.hold(collection.id) : undefined
  try {
    const after = position === undefined ? from : position.after
    const chunk = await batch.ahead.find({ collection, after, chunkBytes, form }, signal)
    const close = (isWhole: boolean): void => {
      // What was sent whole was handed over to the last byte; else a socket may still read it.
      if (isWhole) chunk.reuse()
      else chunk.release()
      position?.release(isWhole ? chunk.last : undefined)
      batch.release()
    }
    return { chunk, close }
  } catch (error) {
    position?.release()
    throw error
  }
}

function dumpAnswer({ chunk, close }: Dump): Answer {
  const { last, hasMore, bytes } = chunk
  const headers = formatReplicationHeaders({ checkMore: hasMore, lastIncluded: tick(last ?? 0n) })
  if (last === undefined) {
    close(true)
    return emptyAnswer(headers)
  }
  return {
    kind: 'streamed',
    status: 200,
    headers: { 'content-type': CONTENT_TYPE.dump, ...headers },
    bytes,
    blocks: chunk.blocks(),
    close,
  }
}
