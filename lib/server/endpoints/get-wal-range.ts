import { formatTick } from '../../values/index.js'
import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readLogBounds } from '../log-bounds.js'
import { serverTime, walServer } from '../server-identity.js'

/** `GET /_api/wal/range`. */
export const getWalRange: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/wal/range',
  access: 'server',
  about: {
    summary: 'which ticks the log has',
    parameters: [],
    statuses: [answers(200, '`{time, tickMin, tickMax, server}`')],
  },
  read: () => undefined,

  async answer(_input, { signal }, context) {
    const { firstTick, lastTick } = await readLogBounds(context.store, signal)
    return jsonAnswer({
      time: serverTime(),
      tickMin: formatTick(firstTick ?? lastTick),
      tickMax: formatTick(lastTick),
      server: walServer(context),
    })
  },
})
