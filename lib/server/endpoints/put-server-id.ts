import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `PUT /_api/replication/server-id`, as some followers ask. */
export const putServerId: Endpoint = defineEndpoint({
  method: 'PUT',
  path: '/_api/replication/server-id',
  access: 'database-ro',
  about: {
    summary: 'the id of the server, as some followers ask for it',
    parameters: [],
    statuses: [answers(200, '`{serverId}`')],
  },
  read: () => undefined,
  answer: (_input, _request, { store }) => jsonAnswer({ serverId: store.serverId }),
})
