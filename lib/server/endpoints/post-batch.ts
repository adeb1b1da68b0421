import { formatBatch, parseBatchRequest } from '../../wire/index.js'
import { answers, fails, queryFlag } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { BAD_TTL, TTL } from '../batch-errors.js'
import { readClient, type ClientIdentity } from '../client-identity.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { readBody } from '../read-body.js'
import { loggerStateAt } from '../server-identity.js'
import { BAD_CLIENT, CLIENT_PARAMETERS } from '../tail-about.js'

interface Input {
  /** 0 stands for the default. */
  readonly ttlSeconds: number
  readonly withState: boolean
  readonly client: ClientIdentity
}

/** `POST /_api/replication/batch`. */
export const postBatch: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/replication/batch',
  access: 'database-ro',
  about: {
    summary: 'takes a snapshot',
    parameters: [
      TTL,
      queryFlag('state', 'answer the state of the log as well', false),
      ...CLIENT_PARAMETERS,
    ],
    documented: [200, 400, 405],
    statuses: [
      answers(200, '`{id, lastTick[, state]}`'),
      ...BAD_TTL,
      BAD_CLIENT,
      fails(503, 32, 'too many batches are open'),
    ],
  },

  read: (request) => ({
    ttlSeconds: readBody(request, parseBatchRequest).ttlSeconds,
    withState: booleanParameter(request.query, 'state') ?? false,
    client: readClient(request.query),
  }),

  async answer({ ttlSeconds, withState, client }, { signal }, context) {
    const { batches, clients } = context
    const { id, snapshot } = await batches.create(ttlSeconds, signal, client)
    const { lastTick } = snapshot
    const state = withState ? loggerStateAt(context, lastTick, clients.list()) : undefined
    return jsonAnswer(formatBatch({ id, lastTick, state }))
  },
})
