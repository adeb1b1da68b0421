import { ERROR_NUMBER, formatCollectionDefinition } from '../../wire/index.js'
import { answers, fails, queryFlag } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { RequestError } from '../request-error.js'

interface Input {
  readonly includeSystem: boolean
}

/**
 * `GET /_api/replication/clusterInventory`. A leader is no coordinator, which today's servers refuse;
 * coordinators themselves answer with an object there (server notes, 11).
 */
export const getClusterInventory: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/replication/clusterInventory',
  access: 'database-ro',
  about: {
    summary: 'collections that the caller may read, with indexes, as they are now',
    parameters: [queryFlag('includeSystem', 'system collections too', true)],
    documented: [200, 405, 500],
    statuses: [
      answers(200, '`[{parameters, indexes}]`', 'documented'),
      fails(403, 1471, 'the leader is no coordinator of a cluster', 'arangodb'),
    ],
  },

  read: ({ query }) => ({ includeSystem: booleanParameter(query, 'includeSystem') ?? true }),

  answer({ includeSystem }, { database, permissions }, { store, compat }) {
    if (compat !== 'documented') throw onlyOnCoordinator()
    const collections = store
      .collections(database)
      .map(({ definition }) => definition)
      .filter(({ name, isSystem }) => {
        const isReadable = permissions.collection(database.name, name) !== 'none'
        return isReadable && (includeSystem || !isSystem)
      })
    return jsonAnswer(collections.map(formatCollectionDefinition))
  },
})

function onlyOnCoordinator(): RequestError {
  const message = 'this operation is only valid on a coordinator in a cluster'
  return new RequestError(403, ERROR_NUMBER.onlyOnCoordinator, message)
}
