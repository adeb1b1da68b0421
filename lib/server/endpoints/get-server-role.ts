import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_admin/server/role`. */
export const getServerRole: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_admin/server/role',
  access: 'known',
  about: {
    summary: 'the role, always that of a single server',
    parameters: [],
    statuses: [answers(200, '`{role, mode}`')],
  },
  read: () => undefined,
  answer: () => jsonAnswer({ role: 'SINGLE', mode: 'default', error: false, code: 200 }),
})
