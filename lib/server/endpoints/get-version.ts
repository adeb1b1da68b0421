import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { ARANGODB_VERSION } from '../server-identity.js'

/** `GET /_api/version`. */
export const getVersion: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/version',
  access: 'known',
  about: {
    summary: 'the version of the protocol',
    parameters: [],
    statuses: [answers(200, '`{server, license, version}`')],
  },
  read: () => undefined,
  answer: () => jsonAnswer({ server: 'arango', license: 'community', version: ARANGODB_VERSION }),
})
