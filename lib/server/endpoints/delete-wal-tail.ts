import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { readClient, type ClientIdentity } from '../client-identity.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { BAD_CLIENT, CLIENT_PARAMETERS } from '../tail-about.js'

/** `DELETE /_api/wal/tail`. */
export const deleteWalTail: Endpoint = defineEndpoint<ClientIdentity>({
  method: 'DELETE',
  path: '/_api/wal/tail',
  access: 'server',
  about: {
    summary: 'says that a client asks no more, so that no log is kept for it',
    parameters: CLIENT_PARAMETERS,
    statuses: [answers(200, '`{error, code}`, also for one that was not known'), BAD_CLIENT],
  },
  read: ({ query }) => readClient(query),

  async answer(client, { database }, { retention }) {
    await retention.forget(client, database.name)
    return jsonAnswer({ error: false, code: 200 })
  },
})
