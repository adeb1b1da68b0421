import { DOCUMENTS_CHUNK_BYTES_MAX } from '../../core/index.js'
import { CONTENT_TYPE, VelocyPackError } from '../../wire/index.js'
import { answers, body, queryNumber } from '../about.js'
import { heldAnswer, type Answer } from '../answer.js'
import { jsonDocuments, velocyPackDocuments, type DocumentsRange } from '../document-blocks.js'
import { defineEndpoint, type Endpoint, type EndpointContext } from '../endpoint.js'
import { numberParameter, type Parameters } from '../parameters.js'
import { readRevisions } from '../revision-lists.js'
import {
  BAD_LIST,
  DOCUMENTED_REVISIONS,
  TARGET_FAILURES,
  TARGET_PARAMETERS,
} from '../revisions-about.js'
import { readTarget, useRevisions, type RevisionsTarget } from '../use-revisions.js'

interface Input {
  readonly target: RevisionsTarget
  /** Bytes of documents in the answer; the first one is answered in any case. */
  readonly chunkBytes: number
}

/**
 * `PUT /_api/replication/revisions/documents`: JSON whatever the client wants where VelocyPack has no
 * word for a document.
 */
export const putRevisionsDocuments: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/revisions/documents',
  access: 'collection-ro',
  bodyKind: 'list',
  about: {
    summary: 'the documents that have these revisions, as the snapshot has them',
    parameters: [
      ...TARGET_PARAMETERS,
      queryNumber('chunkSize', 'bytes of documents, 16 MiB at most', DOCUMENTS_CHUNK_BYTES_MAX),
      body('array', 'revisions'),
    ],
    documented: DOCUMENTED_REVISIONS,
    statuses: [
      answers(200, 'documents in the order of the request, maybe fewer; `{}` where there is none'),
      ...BAD_LIST,
      ...TARGET_FAILURES,
    ],
  },

  read: ({ query }) => ({ target: readTarget(query), chunkBytes: readChunkBytes(query) }),

  async answer({ target, chunkBytes }, request, context) {
    const { batch, collection } = useRevisions(target, request, context)
    const release = (): void => {
      batch.release()
    }
    try {
      const range = {
        revisions: readRevisions(request),
        find: batch.snapshot.documentByRevision.bind(batch.snapshot, collection),
        chunkBytes,
        signal: request.signal,
      }
      return request.answerFormat === 'velocypack'
        ? await velocyPackAnswer(range, context, release)
        : jsonAnswerOf(range, release)
    } catch (error) {
      release()
      throw error
    }
  },
})

function readChunkBytes(query: Parameters): number {
  const bytes = numberParameter(query, 'chunkSize') ?? BigInt(DOCUMENTS_CHUNK_BYTES_MAX)
  return bytes < DOCUMENTS_CHUNK_BYTES_MAX ? Number(bytes) : DOCUMENTS_CHUNK_BYTES_MAX
}

function jsonAnswerOf(range: DocumentsRange, release: () => void): Answer {
  return {
    kind: 'streamed',
    status: 200,
    headers: { 'content-type': CONTENT_TYPE.json },
    bytes: undefined,
    blocks: jsonDocuments(range),
    close: release,
  }
}

async function velocyPackAnswer(
  range: DocumentsRange,
  { memory }: Pick<EndpointContext, 'memory'>,
  release: () => void,
): Promise<Answer> {
  const held = memory.begin()
  try {
    const array = await velocyPackDocuments(range, held)
    const headers = { 'content-type': CONTENT_TYPE.velocypack }
    return heldAnswer(array.toBlocks(), headers, () => {
      held.release()
      release()
    })
  } catch (error) {
    held.release()
    // A number beyond all doubles, or half a surrogate pair: no client could ever get past it.
    if (error instanceof VelocyPackError) return jsonAnswerOf(range, release)
    throw error
  }
}
