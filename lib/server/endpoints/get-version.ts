import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { ARANGODB_VERSION } from '../server-identity.js'

/** `GET /_api/version`: 200 `{server, license, version}`, the version of the protocol. */
export const getVersion: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/version',
  access: 'known',
  read: () => undefined,
  answer: () => jsonAnswer({ server: 'arango', license: 'community', version: ARANGODB_VERSION }),
})
