import { answers, fails, queryNumber, queryText, UNKNOWN_COLLECTION } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { COLLECTION_QUERY } from '../collection-about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { storable } from '../jobs/index.js'
import { formatKeysId, useCollectionOfBatch } from '../keys/index.js'
import { textParameter, type Parameters } from '../parameters.js'
import { badRequest } from '../request-error.js'
import { BATCH_QUERY } from '../revisions-about.js'

/** With more documents a quick request gets no more than their count. */
const QUICK_DOCUMENTS_MAX = 1_000_000
const TRUE_WORDS = ['true', 'yes', 'on', 'y', '1', '✓']
const FALSE_WORDS = ['false', 'no', 'off', 'n', '0', '']

interface Input {
  readonly collection: string | undefined
  readonly batchId: string | undefined
  readonly isQuick: boolean
}

/** `POST /_api/replication/keys`: the older way of comparing collections, by key. */
export const postKeys: Endpoint = storable(
  defineEndpoint<Input>({
    method: 'POST',
    path: '/_api/replication/keys',
    access: 'collection-ro',
    about: {
      summary: 'begins to compare a collection by key, as the snapshot has it',
      parameters: [
        COLLECTION_QUERY,
        BATCH_QUERY,
        queryText('quick', 'a boolean: only the count, where there are over a million', 'false'),
        queryNumber('to', 'without effect: the snapshot decides'),
      ],
      statuses: [
        answers(200, '`{id, count}`; the count alone where quick was too much'),
        fails(400, 400, 'no collection is named, or quick is no boolean'),
        fails(404, 1600, 'no batch is named, or it is unknown or has expired'),
        UNKNOWN_COLLECTION,
      ],
    },

    read: ({ query }) => ({
      collection: textParameter(query, 'collection'),
      batchId: textParameter(query, 'batchId'),
      isQuick: readQuick(query),
    }),

    answer({ isQuick, ...named }, request, context) {
      const { batch, collection } = useCollectionOfBatch(named, request, context)
      batch.release()
      const { documents: count } = collection
      if (isQuick && count > QUICK_DOCUMENTS_MAX) return jsonAnswer({ count })
      return jsonAnswer({ id: formatKeysId(named.batchId ?? '', collection), count })
    },
  }),
)

/** The one boolean that the original does not read leniently (server notes, section 7). */
function readQuick(query: Parameters): boolean {
  const word = (textParameter(query, 'quick') ?? '').trim().toLowerCase()
  if (TRUE_WORDS.includes(word)) return true
  if (FALSE_WORDS.includes(word)) return false
  throw badRequest('invalid quick parameter: must be boolean')
}
