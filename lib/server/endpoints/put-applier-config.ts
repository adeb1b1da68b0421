import type { JsonObject } from '../../wire/index.js'
import { answers, fails } from '../about.js'
import { describeConfig, parseApplierConfig } from '../applier/index.js'
import {
  assertMayFollow,
  BAD_CONFIG,
  CONFIG_ATTRIBUTES,
  GLOBAL,
  MAY_NOT_FOLLOW,
  readTarget,
  targetOf,
  type ApplierTarget,
} from '../applier-requests.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject } from '../object-body.js'

interface Input extends ApplierTarget {
  readonly body: JsonObject
}

/** `PUT /_api/replication/applier-config`: what the body leaves out stays as it was. */
export const putApplierConfig: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/applier-config',
  access: 'database-rw',
  about: {
    summary: 'configures the background follower of the database',
    parameters: [GLOBAL, ...CONFIG_ATTRIBUTES],
    statuses: [
      answers(200, 'the configuration, without password and token'),
      ...BAD_CONFIG,
      fails(400, 1411, 'it is running'),
      MAY_NOT_FOLLOW,
    ],
  },
  read: (request) => ({ ...readTarget(request.query), body: readObject(request) }),

  async answer({ body, ...input }, request, { appliers, store }) {
    const target = targetOf(input, request)
    assertMayFollow(target, request, store)
    const applier = appliers.of(target)
    await applier.configure((before) => parseApplierConfig(body, before, target?.name))
    return jsonAnswer(describeConfig(applier.config))
  },
})
