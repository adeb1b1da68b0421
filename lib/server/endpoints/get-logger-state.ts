import { formatLoggerState } from '../../wire/index.js'
import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { loggerStateAt } from '../server-identity.js'

/** `GET /_api/replication/logger-state`. */
export const getLoggerState: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/replication/logger-state',
  access: 'database-ro',
  about: {
    summary: 'where the log ends, and who follows it',
    parameters: [],
    statuses: [answers(200, '`{state, server, clients}`')],
  },
  read: () => undefined,
  answer: (_input, _request, context) => {
    const { store, clients } = context
    return jsonAnswer(formatLoggerState(loggerStateAt(context, store.lastTick, clients.list())))
  },
})
