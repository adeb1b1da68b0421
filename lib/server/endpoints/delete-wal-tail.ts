import { jsonAnswer } from '../answer.js'
import { readClient, type ClientIdentity } from '../client-identity.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/**
 * `DELETE /_api/wal/tail[?serverId=][&syncerId=]`: a client says that it asks no more, so that no log
 * is kept for it; 200 `{error, code}`, also for one that was not known.
 */
export const deleteWalTail: Endpoint = defineEndpoint<ClientIdentity>({
  method: 'DELETE',
  path: '/_api/wal/tail',
  access: 'server',
  read: ({ query }) => readClient(query),

  async answer(client, { database }, { retention }) {
    await retention.forget(client, database.name)
    return jsonAnswer({ error: false, code: 200 })
  },
})
