import { answers } from '../about.js'
import { describeConfig } from '../applier/index.js'
import {
  GLOBAL,
  NOT_GLOBAL,
  readTarget,
  targetOf,
  type ApplierTarget,
} from '../applier-requests.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_api/replication/applier-config`. */
export const getApplierConfig: Endpoint = defineEndpoint<ApplierTarget>({
  method: 'GET',
  path: '/_api/replication/applier-config',
  access: 'database-ro',
  about: {
    summary: 'how the background follower of the database is configured',
    parameters: [GLOBAL],
    statuses: [answers(200, 'the configuration, without password and token'), NOT_GLOBAL],
  },
  read: ({ query }) => readTarget(query),

  answer: (input, request, { appliers }) =>
    jsonAnswer(describeConfig(appliers.of(targetOf(input, request)).config)),
})
