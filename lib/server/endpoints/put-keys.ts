import { CONTENT_TYPE } from '../../wire/index.js'
import {
  answers,
  BAD_BODY,
  body,
  fails,
  queryNumber,
  queryText,
  required,
  UNKNOWN_COLLECTION,
} from '../about.js'
import type { Answer } from '../answer.js'
import { defineEndpoint, type Endpoint, type EndpointRequest } from '../endpoint.js'
import {
  CHUNK_SIZE,
  KEYS_ID,
  keysAt,
  readChunk,
  readChunkKeys,
  readPositions,
  UNKNOWN_KEYS,
  useKeys,
  writeDocuments,
  writeKeys,
  type KeysPart,
  type KeysSource,
  type WantedDocuments,
} from '../keys/index.js'
import { numberParameter, textParameter } from '../parameters.js'
import { readBody } from '../read-body.js'
import { badRequest } from '../request-error.js'

interface Input extends KeysPart {
  readonly keysId: string
  /** Undefined wants the keys. */
  readonly wanted: WantedDocuments | undefined
}

/** `PUT /_api/replication/keys/{id}`: keys, or documents, of one chunk. */
export const putKeys: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/keys/:id',
  access: 'collection-ro',
  about: {
    summary: 'keys and revisions, or documents, of one chunk of a collection',
    parameters: [
      KEYS_ID,
      required(queryText('type', '`keys`, or `docs` for documents')),
      queryNumber('chunk', "the chunk's place, where `low` is not told", 0),
      CHUNK_SIZE,
      queryText('low', 'the first key of the chunk'),
      queryNumber(
        'offset',
        'how many of the first documents are answered as null; with it 8 MiB are enough',
      ),
      body('array', 'ascending places in the chunk, of documents; not looked at for keys'),
    ],
    statuses: [
      answers(200, '`[[key, revision]]`, or documents'),
      BAD_BODY,
      fails(400, 400, '`type` is neither of both, or the body is no such array'),
      fails(400, 10, 'the chunk ends before a place'),
      UNKNOWN_KEYS,
      UNKNOWN_COLLECTION,
    ],
  },

  read: (request) => ({
    keysId: textParameter(request.path, 'id') ?? '',
    chunk: numberParameter(request.query, 'chunk') ?? 0n,
    chunkKeys: readChunkKeys(textParameter(request.query, 'chunkSize')),
    low: textParameter(request.query, 'low'),
    wanted: readWanted(request),
  }),

  async answer(input, request, context) {
    const { batch, collection } = useKeys(input.keysId, request, context)
    const source = { snapshot: batch.snapshot, collection, signal: request.signal }
    try {
      const blocks = await begin(source, input)
      return streamed(blocks, () => {
        batch.release()
      })
    } catch (error) {
      batch.release()
      throw error
    }
  },
})

function readWanted(request: EndpointRequest): WantedDocuments | undefined {
  const type = textParameter(request.query, 'type')
  if (type === 'keys') return undefined
  if (type !== 'docs') throw badRequest("invalid 'type' value")
  const offset = numberParameter(request.query, 'offset')
  return {
    positions: readBody(request, readPositions),
    offset: offset === undefined ? undefined : Number(offset),
  }
}

/** What is wrong with the positions has to be known before the answer begins. */
async function begin(
  source: KeysSource,
  { wanted, ...part }: Input,
): Promise<AsyncGenerator<Buffer, void, undefined>> {
  if (wanted === undefined) return writeKeys(source, part)
  const keys = keysAt(await readChunk(source, part), wanted.positions)
  return writeDocuments(source, keys, wanted.offset)
}

function streamed(blocks: AsyncGenerator<Buffer, void, undefined>, close: () => void): Answer {
  const headers = { 'content-type': CONTENT_TYPE.json }
  return { kind: 'streamed', status: 200, headers, bytes: undefined, blocks, close }
}
