import { jsonAnswer } from '../answer.js'
import { shortProperties } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'

interface Input {
  readonly isWithoutSystem: boolean
}

/** `GET /_api/collection[?excludeSystem=true]`: 200 with all collections, in short, as `result`. */
export const getCollections: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/collection',
  access: 'database-ro',

  read: ({ query }) => ({ isWithoutSystem: booleanParameter(query, 'excludeSystem') ?? false }),

  answer({ isWithoutSystem }, { database }, { store }) {
    const result = store
      .collections(database)
      .filter(({ definition }) => !(isWithoutSystem && definition.isSystem))
      .map(shortProperties)
    return jsonAnswer({ error: false, code: 200, result })
  },
})
