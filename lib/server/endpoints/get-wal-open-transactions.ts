import { tick } from '../../values/index.js'
import { CONTENT_TYPE, formatReplicationHeaders } from '../../wire/index.js'
import { answers } from '../about.js'
import { emptyAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readLogBounds } from '../log-bounds.js'
import { BAD_RANGE, RANGE_PARAMETERS } from '../tail-about.js'
import { readTickRange, type TickRange } from '../tail-request.js'

/**
 * `GET /_api/wal/open-transactions`: none, since a transaction is in the log as a whole or not at all.
 *
 * lastincluded is 0, which sends a follower back to where it was.
 */
export const getWalOpenTransactions: Endpoint = defineEndpoint<TickRange>({
  method: 'GET',
  path: '/_api/wal/open-transactions',
  access: 'server',
  about: {
    summary: 'transactions that are open between two ticks, which are none',
    parameters: RANGE_PARAMETERS,
    statuses: [answers(204, 'none; headers frompresent and lastincluded'), BAD_RANGE],
  },
  read: ({ query }) => readTickRange(query),

  async answer({ from }, { signal }, { store }) {
    const { removedTick } = await readLogBounds(store, signal)
    const position = { fromPresent: from >= removedTick, lastIncluded: tick(0n) }
    const headers = formatReplicationHeaders(position)
    return emptyAnswer({ 'content-type': CONTENT_TYPE.dump, ...headers })
  },
})
