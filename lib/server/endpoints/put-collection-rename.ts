import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject, requiredText } from '../object-body.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly name: string
  readonly newName: string
}

/**
 * `PUT /_api/collection/{name}/rename` with `{name}`: gives a collection another name.
 *
 * 200 with the collection in short; 400 with errorNum 10, 600 or 1208; 404 with 1203; 409 with 1207.
 */
export const putCollectionRename: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/collection/:name/rename',
  access: 'database-rw',

  read: (request) => ({
    name: collectionName(request.path, 'name'),
    newName: requiredText(readObject(request), 'name'),
  }),

  async answer({ name, newName }, request, context) {
    const collection = useCollection(name, request, context)
    return collectionAnswer(await context.store.renameCollection(collection, newName))
  },
})
