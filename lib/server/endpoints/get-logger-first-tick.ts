import { formatTick } from '../../values/index.js'
import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readLogBounds } from '../log-bounds.js'

/** `GET /_api/replication/logger-first-tick`. */
export const getLoggerFirstTick: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/replication/logger-first-tick',
  access: 'server',
  about: {
    summary: 'where the log begins',
    parameters: [],
    statuses: [answers(200, '`{firstTick}`, null while the log is empty')],
  },
  read: () => undefined,

  async answer(_input, { signal }, { store }) {
    const { firstTick } = await readLogBounds(store, signal)
    return jsonAnswer({ firstTick: firstTick === undefined ? null : formatTick(firstTick) })
  },
})
