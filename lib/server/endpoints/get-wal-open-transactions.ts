import { tick } from '../../values/index.js'
import { CONTENT_TYPE, formatReplicationHeaders } from '../../wire/index.js'
import { emptyAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readLogBounds } from '../log-bounds.js'
import { readTickRange, type TickRange } from '../tail-request.js'

/**
 * `GET /_api/wal/open-transactions[?from=0][&to=]`: transactions that are open between two ticks,
 * which are none: a transaction is in the log as a whole or not at all.
 *
 * 204 with frompresent, and lastincluded 0, which sends a follower back to where it was; 400 for
 * `from` above `to` and for a `to` of 0.
 */
export const getWalOpenTransactions: Endpoint = defineEndpoint<TickRange>({
  method: 'GET',
  path: '/_api/wal/open-transactions',
  access: 'server',
  read: ({ query }) => readTickRange(query),

  async answer({ from }, { signal }, { store }) {
    const { removedTick } = await readLogBounds(store, signal)
    const position = { fromPresent: from >= removedTick, lastIncluded: tick(0n) }
    const headers = formatReplicationHeaders(position)
    return emptyAnswer({ 'content-type': CONTENT_TYPE.dump, ...headers })
  },
})
