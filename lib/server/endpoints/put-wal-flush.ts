import { answers, queryFlag } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `PUT /_admin/wal/flush`. */
export const putWalFlush: Endpoint = defineEndpoint({
  method: 'PUT',
  path: '/_admin/wal/flush',
  access: 'known',
  about: {
    summary: 'nothing has to be flushed: what was acknowledged is on the disk',
    parameters: [
      queryFlag('waitForSync', 'is so in any case'),
      queryFlag('waitForCollector', 'there is none'),
    ],
    statuses: [answers(200, '`{error, code}`')],
  },
  read: () => undefined,
  answer: () => jsonAnswer({ error: false, code: 200 }),
})
