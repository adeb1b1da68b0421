import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { ENGINE_NAME } from '../server-identity.js'

/** `GET /_api/engine`: 200 `{name}`, the engine that followers expect. */
export const getEngine: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/engine',
  access: 'known',
  read: () => undefined,
  answer: () => jsonAnswer({ name: ENGINE_NAME }),
})
