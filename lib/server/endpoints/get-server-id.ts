import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_api/replication/server-id`. */
export const getServerId: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/replication/server-id',
  access: 'database-ro',
  about: {
    summary: 'the id of the server',
    parameters: [],
    statuses: [answers(200, '`{serverId}`')],
  },
  read: () => undefined,
  answer: (_input, _request, { store }) => jsonAnswer({ serverId: store.serverId }),
})
