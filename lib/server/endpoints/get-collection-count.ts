import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { collectionNotFound } from '../request-error.js'

interface Input {
  /** Name, local id in decimal, or globallyUniqueId. */
  readonly name: string
}

/**
 * `GET /_api/collection/{name}/count`: how many documents a collection has now.
 *
 * 200 with the collection's attributes and `count`; 404 with errorNum 1203.
 */
export const getCollectionCount: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/collection/:name/count',
  access: 'collection-ro',

  read: ({ path }) => ({ name: textParameter(path, 'name') ?? '' }),

  answer({ name }, { database }, { store }) {
    const collection = store.collection(database, name)
    if (collection === undefined) throw collectionNotFound()
    const { definition, documents } = collection
    return jsonAnswer({
      ...definition.parameters,
      count: documents,
      error: false,
      code: 200,
    })
  },
})
