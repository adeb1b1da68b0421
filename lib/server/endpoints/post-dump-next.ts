import { CONTENT_TYPE } from '../../wire/index.js'
import { answers, fails, pathText, queryNumber, required } from '../about.js'
import { emptyAnswer, type Answer } from '../answer.js'
import { defineEndpoint, type Endpoint, type EndpointRequest } from '../endpoint.js'
import { ownerOf, type DumpUse } from '../parallel-dump/index.js'
import { numberParameter, textParameter } from '../parameters.js'
import { badParameter } from '../request-error.js'
import { assertGranted } from '../use-collection.js'

interface Input {
  readonly id: string
  readonly batchId: bigint
  /** A batch that the client has, and will not ask for again. */
  readonly lastBatch: bigint | undefined
}

/** `POST /_api/dump/next/{id}`. */
export const postDumpNext: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/dump/next/:id',
  access: 'database-ro',
  about: {
    summary: 'a batch of a dump: the same number gets the same batch, until it is acknowledged',
    parameters: [
      pathText('id', 'the dump'),
      required(queryNumber('batchId', 'the number that the client gives to the batch')),
      queryNumber('lastBatch', 'the number of a batch that has come, and need not be kept'),
    ],
    statuses: [
      answers(200, 'documents of one collection, which the header `x-arango-dump-shard-id` names'),
      answers(204, 'nothing more'),
      fails(400, 10, 'the number is missing, or was acknowledged'),
      fails(403, 11, 'the dump is not of the caller, or a grant is missing'),
      fails(404, 1600, 'the dump is unknown or has expired'),
      fails(413, 413, 'the projections make more of a document than any document has'),
      fails(503, 32, 'too many batches are not acknowledged'),
    ],
  },

  // With filters a batch may be looked for in a whole collection.
  isLong: true,

  read({ path, query }) {
    const batchId = numberParameter(query, 'batchId')
    if (batchId === undefined) throw badParameter("expecting 'batchId'")
    return {
      id: textParameter(path, 'id') ?? '',
      batchId,
      lastBatch: numberParameter(query, 'lastBatch'),
    }
  },

  async answer({ id, ...numbers }, request, { dumps }) {
    const use = dumps.use(id, ownerOf(request))
    try {
      const answer = await batchAnswer(use, numbers, request)
      if (answer.kind === 'whole') use.release()
      return answer
    } catch (error) {
      use.release()
      throw error
    }
  },
})

async function batchAnswer(
  use: DumpUse,
  { batchId, lastBatch }: Omit<Input, 'id'>,
  request: EndpointRequest,
): Promise<Answer> {
  const batch = await use.context.next(batchId, lastBatch)
  const counts = { 'x-arango-dump-block-counts': String(use.context.blockCount) }
  if (batch === undefined) return emptyAnswer()
  const { name } = batch.collection.definition
  try {
    // What is granted may have changed since the start.
    assertGranted(batch.collection, name, request, 'ro')
  } catch (error) {
    batch.drop()
    throw error
  }
  const { bytes, blocks, close } = await batch.open(request.signal)
  const headers = {
    'content-type': CONTENT_TYPE.dump,
    'x-arango-dump-shard-id': headerText(name),
    ...counts,
  }
  return {
    kind: 'streamed',
    status: 200,
    headers,
    bytes,
    blocks,
    close(isWhole) {
      close(isWhole)
      use.release()
    },
  }
}

/** A header is sent a byte for each character: the bytes are those of UTF-8, as the original has it. */
function headerText(text: string): string {
  return Buffer.from(text).toString('latin1')
}
