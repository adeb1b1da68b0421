import { answers, queryFlag } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { shortProperties } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { readableCollections } from '../use-collection.js'

interface Input {
  readonly isWithoutSystem: boolean
}

/** `GET /_api/collection`. */
export const getCollections: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/collection',
  access: 'database-ro',
  about: {
    summary: 'all collections that the caller may read, in short',
    parameters: [queryFlag('excludeSystem', 'leave system collections out', false)],
    statuses: [answers(200, '`{result: […]}`')],
  },

  read: ({ query }) => ({ isWithoutSystem: booleanParameter(query, 'excludeSystem') ?? false }),

  answer({ isWithoutSystem }, { database, permissions }, { store }) {
    const result = readableCollections(store.collections(database), database, permissions)
      .filter(({ definition }) => !(isWithoutSystem && definition.isSystem))
      .map(shortProperties)
    return jsonAnswer({ error: false, code: 200, result })
  },
})
