import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `PUT /_api/replication/server-id`, as some followers ask: 200 `{serverId}`. */
export const putServerId: Endpoint = defineEndpoint({
  method: 'PUT',
  path: '/_api/replication/server-id',
  access: 'database-ro',
  read: () => undefined,
  answer: (_input, _request, { store }) => jsonAnswer({ serverId: store.serverId }),
})
