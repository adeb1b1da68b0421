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

/** `PUT /_api/replication/applier-stop`: answered once everything that was applied is durable. */
export const putApplierStop: Endpoint = defineEndpoint<ApplierTarget>({
  method: 'PUT',
  path: '/_api/replication/applier-stop',
  access: 'database-rw',
  about: {
    summary: 'stops the background follower of the database, if it is running',
    parameters: [GLOBAL],
    statuses: [STATE, NOT_GLOBAL],
  },
  read: ({ query }) => readTarget(query),

  async answer(input, request, { appliers }) {
    const target = targetOf(input, request)
    await appliers.of(target).stop()
    return stateAnswer(appliers, target)
  },
})
