import { formatBatch, parseBatchRequest } from '../../wire/index.js'
import { jsonAnswer } from '../answer.js'
import { readClient, type ClientIdentity } from '../client-identity.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { readBody } from '../read-body.js'
import { loggerStateAt } from '../server-identity.js'

interface Input {
  /** 0 stands for the default. */
  readonly ttlSeconds: number
  readonly withState: boolean
  readonly client: ClientIdentity
}

/**
 * `POST /_api/replication/batch[?state=true][&serverId=][&syncerId=][&clientInfo=]` with `{"ttl": seconds}`: takes a snapshot.
 *
 * 200 `{id, lastTick[, state]}`; 400 for a bad body; 503 with errorNum 32 when too many are open.
 */
export const postBatch: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/replication/batch',
  access: 'database-ro',

  read: (request) => ({
    ttlSeconds: readBody(request, parseBatchRequest).ttlSeconds,
    withState: booleanParameter(request.query, 'state') ?? false,
    client: readClient(request.query),
  }),

  async answer({ ttlSeconds, withState, client }, { signal }, { store, batches, clients }) {
    const { id, snapshot } = await batches.create(ttlSeconds, signal, client)
    const { lastTick } = snapshot
    const state = withState ? loggerStateAt(store, lastTick, clients.list()) : undefined
    return jsonAnswer(formatBatch({ id, lastTick, state }))
  },
})
