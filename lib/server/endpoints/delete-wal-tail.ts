import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `DELETE /_api/wal/tail`: a client says that it asks no more; 200 `{error, code}`. */
export const deleteWalTail: Endpoint = defineEndpoint({
  method: 'DELETE',
  path: '/_api/wal/tail',
  read: () => undefined,
  answer: () => jsonAnswer({ error: false, code: 200 }),
})
