import { answers, fails, UNKNOWN_COLLECTION } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { COLLECTION_PART, INDEX_PART, UNKNOWN_INDEX } from '../collection-about.js'
import { useIndex } from '../collection-indexes.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { forbidden } from '../request-error.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly collection: string
  readonly index: string
}

/** `DELETE /_api/index/{collection}/{index}`. */
export const deleteIndex: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/index/:collection/:index',
  access: 'database-rw',
  about: {
    summary: 'drops an index',
    parameters: [COLLECTION_PART, INDEX_PART],
    statuses: [
      answers(200, '`{id}`'),
      fails(403, 11, 'an index that every collection has'),
      UNKNOWN_COLLECTION,
      UNKNOWN_INDEX,
    ],
  },

  read: ({ path }) => ({
    collection: collectionName(path),
    index: textParameter(path, 'index') ?? '',
  }),

  async answer({ collection: name, index }, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    const { id, isOwn, report } = useIndex(collection, index)
    if (!isOwn) throw forbidden('every collection has that index')
    await context.store.dropIndex(collection, id)
    return jsonAnswer({ id: report['id'], error: false, code: 200 })
  },
})
