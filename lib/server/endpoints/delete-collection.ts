import { answers, fails, queryFlag, UNKNOWN_COLLECTION } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { NAME_PART } from '../collection-about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { forbidden } from '../request-error.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly name: string
  readonly maySystem: boolean
}

/** `DELETE /_api/collection/{name}`. */
export const deleteCollection: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/collection/:name',
  access: 'database-rw',
  about: {
    summary: 'drops a collection',
    parameters: [NAME_PART, queryFlag('isSystem', 'drop a system collection, too', false)],
    statuses: [
      answers(200, '`{id}`'),
      fails(403, 11, 'a system collection without `isSystem`'),
      UNKNOWN_COLLECTION,
    ],
  },

  read: ({ path, query }) => ({
    name: collectionName(path, 'name'),
    maySystem: booleanParameter(query, 'isSystem') ?? false,
  }),

  async answer({ name, maySystem }, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    if (collection.definition.isSystem && !maySystem) {
      throw forbidden('a system collection is dropped with "isSystem" only')
    }
    await context.store.dropCollection(collection)
    await context.users.forgetCollection(request.database.name, collection.definition.name)
    return jsonAnswer({ id: String(collection.id), error: false, code: 200 })
  },
})
