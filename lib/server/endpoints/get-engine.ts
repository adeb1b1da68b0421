import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { ENGINE_NAME } from '../server-identity.js'

/** `GET /_api/engine`. */
export const getEngine: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/engine',
  access: 'known',
  about: {
    summary: 'the engine that followers expect',
    parameters: [],
    statuses: [answers(200, '`{name}`')],
  },
  read: () => undefined,
  answer: () => jsonAnswer({ name: ENGINE_NAME }),
})
