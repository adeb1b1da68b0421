import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_admin/server/role`: 200, always that of a single server. */
export const getServerRole: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_admin/server/role',
  access: 'known',
  read: () => undefined,
  answer: () => jsonAnswer({ role: 'SINGLE', mode: 'default', error: false, code: 200 }),
})
