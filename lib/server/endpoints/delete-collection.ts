import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { forbidden } from '../request-error.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly name: string
  readonly maySystem: boolean
}

/**
 * `DELETE /_api/collection/{name}[?isSystem=true]`: drops a collection.
 *
 * 200 `{id}`; 403 with errorNum 11 for a system collection without `isSystem`; 404 with 1203.
 */
export const deleteCollection: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/collection/:name',
  access: 'database-rw',

  read: ({ path, query }) => ({
    name: collectionName(path, 'name'),
    maySystem: booleanParameter(query, 'isSystem') ?? false,
  }),

  async answer({ name, maySystem }, request, context) {
    const collection = useCollection(name, request, context)
    if (collection.definition.isSystem && !maySystem) {
      throw forbidden('a system collection is dropped with "isSystem" only')
    }
    await context.store.dropCollection(collection)
    return jsonAnswer({ id: String(collection.id), error: false, code: 200 })
  },
})
