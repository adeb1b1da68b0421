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

/** `GET /_api/replication/applier-state`. */
export const getApplierState: Endpoint = defineEndpoint<ApplierTarget>({
  method: 'GET',
  path: '/_api/replication/applier-state',
  access: 'database-ro',
  about: {
    summary: 'what the background follower of the database is doing, and how far it is',
    parameters: [GLOBAL],
    statuses: [STATE, NOT_GLOBAL],
  },
  read: ({ query }) => readTarget(query),
  answer: (input, request, { appliers }) => stateAnswer(appliers, targetOf(input, request)),
})
