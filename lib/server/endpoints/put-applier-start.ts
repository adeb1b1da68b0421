import { tick, type Tick } from '../../values/index.js'
import { fails, queryNumber } from '../about.js'
import {
  assertMayFollow,
  GLOBAL,
  MAY_NOT_FOLLOW,
  NOT_STARTED,
  readTarget,
  STATE,
  stateAnswer,
  targetOf,
  type ApplierTarget,
} from '../applier-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { numberParameter } from '../parameters.js'

interface Input extends ApplierTarget {
  readonly from: Tick | undefined
}

/** `PUT /_api/replication/applier-start`: of one that runs, only the state is answered. */
export const putApplierStart: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/applier-start',
  access: 'database-rw',
  about: {
    summary: 'starts the background follower of the database, unless it is running',
    parameters: [
      GLOBAL,
      queryNumber('from', 'tick of the leader to follow behind; else where it came to last'),
    ],
    statuses: [STATE, fails(400, 1410, 'it is not configured'), ...NOT_STARTED, MAY_NOT_FOLLOW],
  },

  read({ query }) {
    const from = numberParameter(query, 'from')
    return { ...readTarget(query), from: from === undefined ? undefined : tick(from) }
  },

  async answer({ from, ...input }, request, { appliers, store }) {
    const target = targetOf(input, request)
    assertMayFollow(target, request, store)
    await appliers.of(target).start(from)
    return stateAnswer(appliers, target)
  },
})
