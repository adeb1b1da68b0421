import {
  answers,
  attribute,
  BAD_ATTRIBUTE,
  BAD_BODY,
  required,
  UNKNOWN_COLLECTION,
} from '../about.js'
import { BAD_COLLECTION_NAME, NAME_PART } from '../collection-about.js'
import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject, requiredText } from '../object-body.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly name: string
  readonly newName: string
}

/** `PUT /_api/collection/{name}/rename`. */
export const putCollectionRename: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/collection/:name/rename',
  access: 'database-rw',
  about: {
    summary: 'gives a collection another name',
    parameters: [NAME_PART, required(attribute('name', 'text', 'the new name'))],
    statuses: [
      answers(200, 'the collection in short'),
      BAD_BODY,
      BAD_ATTRIBUTE,
      UNKNOWN_COLLECTION,
      ...BAD_COLLECTION_NAME,
    ],
  },

  read: (request) => ({
    name: collectionName(request.path, 'name'),
    newName: requiredText(readObject(request), 'name'),
  }),

  async answer({ name, newName }, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    const renamed = await context.store.renameCollection(collection, newName)
    const { name: oldName } = collection.definition
    await context.users.renameCollection(request.database.name, oldName, newName)
    return collectionAnswer(renamed)
  },
})
