import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { versionOf } from '../server-identity.js'

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
  answer: (_input, _request, { compat }) =>
    jsonAnswer({ server: 'arango', license: 'community', version: versionOf(compat) }),
})
