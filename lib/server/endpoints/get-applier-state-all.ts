import { SYSTEM_DATABASE } from '../../store/index.js'
import { answers, fails } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { forbidden } from '../request-error.js'

/** `GET /_api/replication/applier-state-all`: the global follower is not one of them. */
export const getApplierStateAll: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/replication/applier-state-all',
  access: 'server',
  about: {
    summary: 'what the background followers of all databases are doing, each of its own',
    parameters: [],
    statuses: [
      answers(200, 'state documents by the names of databases'),
      fails(403, 11, 'in another database than `_system`'),
    ],
  },
  read: () => undefined,

  answer(_input, { database }, { appliers }) {
    if (database.name === SYSTEM_DATABASE) return jsonAnswer(appliers.describeAll())
    throw forbidden('the states of all followers are told within the _system database only')
  },
})
