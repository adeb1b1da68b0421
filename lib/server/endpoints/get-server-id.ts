import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_api/replication/server-id`: 200 `{serverId}`. */
export const getServerId: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/replication/server-id',
  access: 'database-ro',
  read: () => undefined,
  answer: (_input, _request, { store }) => jsonAnswer({ serverId: store.serverId }),
})
