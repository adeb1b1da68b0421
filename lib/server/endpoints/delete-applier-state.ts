import {
  GLOBAL,
  NOT_GLOBAL,
  readTarget,
  STATE,
  stateAnswer,
  targetOf,
  type ApplierTarget,
} from '../applier-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `DELETE /_api/replication/applier-state`: the data stays, and is of no position of a log. */
export const deleteApplierState: Endpoint = defineEndpoint<ApplierTarget>({
  method: 'DELETE',
  path: '/_api/replication/applier-state',
  access: 'database-rw',
  about: {
    summary: 'stops the background follower of the database, and forgets all of it',
    parameters: [GLOBAL],
    statuses: [STATE, NOT_GLOBAL],
  },
  read: ({ query }) => readTarget(query),

  async answer(input, request, { appliers }) {
    const target = targetOf(input, request)
    await appliers.of(target).forget()
    return stateAnswer(appliers, target)
  },
})
