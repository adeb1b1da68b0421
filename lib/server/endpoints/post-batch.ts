import { formatBatch, parseBatchRequest } from '../../wire/index.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { readBody } from '../read-body.js'
import { loggerStateAt } from '../server-identity.js'

interface Input {
  /** 0 stands for the default. */
  readonly ttlSeconds: number
  readonly withState: boolean
}

/**
 * `POST /_api/replication/batch[?state=true]` with `{"ttl": seconds}`: takes a snapshot.
 *
 * 200 `{id, lastTick[, state]}`; 400 for a bad body; 503 with errorNum 32 when too many are open.
 */
export const postBatch: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/replication/batch',

  read: (request) => ({
    ttlSeconds: readBody(request, parseBatchRequest).ttlSeconds,
    withState: booleanParameter(request.query, 'state') ?? false,
  }),

  async answer({ ttlSeconds, withState }, { signal }, { store, batches }) {
    const { id, snapshot } = await batches.create(ttlSeconds, signal)
    const { lastTick } = snapshot
    const state = withState ? loggerStateAt(store, lastTick) : undefined
    return jsonAnswer(formatBatch({ id, lastTick, state }))
  },
})
