import { jsonAnswer } from '../answer.js'
import { useIndex } from '../collection-indexes.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { forbidden } from '../request-error.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly collection: string
  readonly index: string
}

/**
 * `DELETE /_api/index/{collection}/{id or name}`: drops an index.
 *
 * 200 `{id}`; 403 with errorNum 11 for one that every collection has; 404 with 1203 or 1212.
 */
export const deleteIndex: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/index/:collection/:index',
  access: 'database-rw',

  read: ({ path }) => ({
    collection: collectionName(path),
    index: textParameter(path, 'index') ?? '',
  }),

  async answer({ collection: name, index }, request, context) {
    const collection = useCollection(name, request, context)
    const { id, isOwn, report } = useIndex(collection, index)
    if (!isOwn) throw forbidden('every collection has that index')
    await context.store.dropIndex(collection, id)
    return jsonAnswer({ id: report['id'], error: false, code: 200 })
  },
})
