import { tick } from '../../values/index.js'
import { CONTENT_TYPE, formatReplicationHeaders } from '../../wire/index.js'
import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_api/replication/determine-open-transactions`, of followers before 3.3. */
export const getDetermineOpenTransactions: Endpoint = defineEndpoint<undefined>({
  method: 'GET',
  path: '/_api/replication/determine-open-transactions',
  access: 'database-ro',
  about: {
    summary: 'transactions that are open, which are none',
    parameters: [],
    statuses: [answers(200, '`[]`; headers frompresent and lasttick')],
  },
  read: () => undefined,

  answer() {
    const position = { fromPresent: true, lastTick: tick(0n) }
    const headers = formatReplicationHeaders(position)
    return jsonAnswer([], 200, { 'content-type': CONTENT_TYPE.dump, ...headers })
  },
})
