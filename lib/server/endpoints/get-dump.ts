import {
  DOCUMENTS_CHUNK_BYTES_MAX,
  DUMP_CHUNK_BYTES,
  DUMP_CHUNK_BYTES_MAX,
} from '../../core/index.js'
import type { DumpChunk, StoreCollection } from '../../store/index.js'
import { revision, tick, type Revision } from '../../values/index.js'
import { CONTENT_TYPE, formatReplicationHeaders, type DumpForm } from '../../wire/index.js'
import { answers, fails, queryFlag, queryNumber, UNKNOWN_COLLECTION } from '../about.js'
import { emptyAnswer, heldAnswer, type Answer, type AnswerHeaders } from '../answer.js'
import { unknownDumpBatch } from '../batch-errors.js'
import type { BatchUse } from '../batches.js'
import { COLLECTION_QUERY } from '../collection-about.js'
import {
  defineEndpoint,
  type Endpoint,
  type EndpointContext,
  type EndpointRequest,
} from '../endpoint.js'
import { booleanParameter, numberParameter, textParameter, type Parameters } from '../parameters.js'
import { badRequest, collectionNotFound } from '../request-error.js'
import { BATCH_QUERY } from '../revisions-about.js'
import { assertGranted } from '../use-collection.js'
import { gatherVelocyPackLines, velocyPackLines } from '../velocypack-lines.js'

interface Input {
  /** Name, local id in decimal, or globallyUniqueId. */
  readonly collection: string
  readonly batchId: string | undefined
  /** Bytes after which no further line is put into the answer. */
  readonly chunkBytes: number
  /** Only documents above this revision, whatever was sent before; undefined: the kept position. */
  readonly from: Revision | undefined
  readonly form: DumpForm
  readonly writing: Writing
}

/** JSON lines, VelocyPack values one after the other, or one VelocyPack array of them. */
type Writing = 'lines' | 'slices' | 'array'

/** A chunk on its way out, and what to do when it has left. */
interface Dump {
  readonly chunk: DumpChunk
  /** Gives all but the batch back; the kept position moves only if all of the chunk was sent. */
  readonly settle: (isWhole: boolean) => void
}

/**
 * `GET /_api/replication/dump`: lines, with the headers checkmore and lastincluded.
 *
 * For a client that wants VelocyPack each line is a value of that; with array=true bare documents
 * come as one array, of up to 16 MiB and at the end empty. chunkSize counts the bytes of the lines
 * in any case.
 */
export const getDump: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/replication/dump',
  access: 'collection-ro',
  about: {
    summary: 'the next documents of a collection in revision order, as the snapshot has them',
    parameters: [
      COLLECTION_QUERY,
      BATCH_QUERY,
      queryNumber(
        'chunkSize',
        'bytes after which no line is added; 64 MiB at most',
        DUMP_CHUNK_BYTES,
      ),
      queryNumber('from', 'only documents above this revision, whatever was sent before'),
      queryFlag('useEnvelope', 'true: `{type,data}`; false: documents; absent: documented lines'),
      queryFlag('array', 'one VelocyPack array of documents', false),
    ],
    documented: [200, 204, 404, 405, 500],
    statuses: [
      answers(200, 'lines, and headers that tell where they end'),
      answers(204, 'nothing more, and the same headers'),
      fails(400, 400, 'no collection is named, where authentication is off'),
      UNKNOWN_COLLECTION,
      fails(404, 400, 'no batch is named, or it is unknown or has expired'),
    ],
  },

  read: (request) => ({
    collection: readCollection(request),
    batchId: textParameter(request.query, 'batchId'),
    chunkBytes: readChunkBytes(request.query),
    from: readFrom(request.query),
    form: readForm(request.query),
    writing: readWriting(request),
  }),

  async answer(input, request, context) {
    const { batches, store } = context
    const { batchId, collection: name } = input
    assertGranted(store.collection(request.database, name), name, request, 'ro')
    const batch = batchId === undefined ? undefined : batches.use(batchId)
    if (batch === undefined) throw unknownDumpBatch(batchId !== undefined)
    try {
      const collection = batch.snapshot.collection(request.database, name)
      assertGranted(collection, name, request, 'ro')
      if (collection === undefined) throw collectionNotFound()
      const chosen = { batch, collection, input }
      return input.writing === 'array'
        ? await arrayAnswer(chosen, request.signal, context)
        : dumpAnswer(await findDump(chosen, request.signal), chosen)
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

function readWriting({ query, answerFormat }: EndpointRequest): Writing {
  if (answerFormat === 'json') return 'lines'
  const isArray = booleanParameter(query, 'array') === true && readForm(query) === 'bare'
  return isArray ? 'array' : 'slices'
}

/** A batch in use, and what is dumped from it. */
interface Chosen {
  readonly batch: BatchUse
  readonly collection: StoreCollection
  readonly input: Pick<Input, 'from' | 'chunkBytes' | 'form' | 'writing'>
}

async function findDump({ batch, collection, input }: Chosen, signal: AbortSignal): Promise<Dump> {
  const { from, chunkBytes, form } = input
  const position = from === undefined ? await batch.positions.hold(collection.id) : undefined
  try {
    const after = position === undefined ? from : position.after
    const chunk = await batch.ahead.find({ collection, after, chunkBytes, form }, signal)
    const settle = (isWhole: boolean): void => {
      // What was sent whole was handed over to the last byte; else a socket may still read it.
      if (isWhole) chunk.reuse()
      else chunk.release()
      position?.release(isWhole ? chunk.last : undefined)
    }
    return { chunk, settle }
  } catch (error) {
    position?.release()
    throw error
  }
}

function dumpAnswer({ chunk, settle }: Dump, { input, batch }: Chosen): Answer {
  const { last, bytes } = chunk
  const close = (isWhole: boolean): void => {
    settle(isWhole)
    batch.release()
  }
  if (last === undefined) {
    close(true)
    return emptyAnswer(headersOf(chunk))
  }
  const answer = { kind: 'streamed', status: 200, close } as const
  if (input.writing === 'lines') {
    return { ...answer, headers: headersOf(chunk, 'dump'), bytes, blocks: chunk.blocks() }
  }
  const blocks = velocyPackLines(chunk.blocks())
  return { ...answer, headers: headersOf(chunk, 'velocypack'), bytes: undefined, blocks }
}

/** Holds all documents of the answer, since the length of an array stands before them. */
async function arrayAnswer(
  { input, ...chosen }: Chosen,
  signal: AbortSignal,
  { memory }: Pick<EndpointContext, 'memory'>,
): Promise<Answer> {
  const held = memory.begin()
  let dump: Dump | undefined
  try {
    const chunkBytes = held.takeUpTo(Math.min(input.chunkBytes, DOCUMENTS_CHUNK_BYTES_MAX))
    dump = await findDump({ ...chosen, input: { ...input, chunkBytes } }, signal)
    const { chunk, settle } = dump
    const array = await gatherVelocyPackLines(chunk.blocks())
    return heldAnswer(array.toBlocks(), headersOf(chunk, 'velocypack'), (isWhole) => {
      held.release()
      settle(isWhole)
      chosen.batch.release()
    })
  } catch (error) {
    held.release()
    dump?.settle(false)
    throw error
  }
}

function headersOf({ last, hasMore }: DumpChunk, type?: keyof typeof CONTENT_TYPE): AnswerHeaders {
  const contentType = type === undefined ? {} : { 'content-type': CONTENT_TYPE[type] }
  const position = { checkMore: hasMore, lastIncluded: tick(last ?? 0n) }
  return { ...contentType, ...formatReplicationHeaders(position) }
}
