import { formatLoggerState } from '../../wire/index.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { loggerStateAt } from '../server-identity.js'

/**
 * `GET /_api/replication/logger-state`: 200 `{state, server, clients}`, clients with `{syncerId,
 * serverId, clientInfo, time, expires, lastServedTick}`.
 */
export const getLoggerState: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/replication/logger-state',
  access: 'database-ro',
  read: () => undefined,
  answer: (_input, _request, { store, clients }) =>
    jsonAnswer(formatLoggerState(loggerStateAt(store, store.lastTick, clients.list()))),
})
