import type { JsonObject } from '../../wire/index.js'
import { fails } from '../about.js'
import { APPLIER_DEFAULTS, parseApplierConfig } from '../applier/index.js'
import {
  assertMayFollow,
  BAD_CONFIG,
  CONFIG_ATTRIBUTES,
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
import { storable } from '../jobs/index.js'
import { readObject } from '../object-body.js'

interface Input extends ApplierTarget {
  readonly body: JsonObject
}

/** Why a synchronisation ended early. */
const UNFINISHED = [
  fails(500, 1203, 'a collection was dropped meanwhile, or the database'),
  fails(500, 1400, 'the other server does not answer'),
  fails(500, 1401, 'it answers what cannot be read'),
  fails(500, 1402, 'it answers an error'),
  fails(500, 1403, 'its version is another one'),
  fails(500, 1405, 'it is the same database of the same server'),
  fails(500, 1412, 'the follower was stopped before it had synchronised'),
  fails(500, 1416, 'somebody changed a collection while it was compared'),
]

/** `PUT /_api/replication/make-follower`. */
export const putMakeFollower: Endpoint = defineMakeFollower('make-follower')

/**
 * Defines the endpoint under one of its names. Whatever follower there was is forgotten; who asks may
 * go away, the follower goes on.
 */
export function defineMakeFollower(command: string): Endpoint {
  const endpoint = defineEndpoint<Input>({
    method: 'PUT',
    path: `/_api/replication/${command}`,
    access: 'database-rw',
    about: {
      summary: 'synchronises the database with another one, and follows that from then on',
      parameters: [GLOBAL, ...CONFIG_ATTRIBUTES],
      statuses: [STATE, ...BAD_CONFIG, ...NOT_STARTED, MAY_NOT_FOLLOW, ...UNFINISHED],
    },
    isLong: true,
    read: (request) => ({ ...readTarget(request.query), body: readObject(request) }),

    async answer({ body, ...input }, request, { appliers, store }) {
      const target = targetOf(input, request)
      assertMayFollow(target, request, store)
      const config = parseApplierConfig(body, APPLIER_DEFAULTS, target?.name)
      await appliers.makeFollower(target, config, request.signal)
      return stateAnswer(appliers, target)
    },
  })
  return storable(endpoint)
}
