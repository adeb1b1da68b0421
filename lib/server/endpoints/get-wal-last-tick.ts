import { formatTick } from '../../values/index.js'
import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { serverTime, walServer } from '../server-identity.js'

/** `GET /_api/wal/lastTick`. */
export const getWalLastTick: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/wal/lastTick',
  access: 'server',
  about: {
    summary: 'where the log ends',
    parameters: [],
    statuses: [answers(200, '`{time, tick, server}`')],
  },
  read: () => undefined,
  answer: (_input, _request, context) =>
    jsonAnswer({
      time: serverTime(),
      tick: formatTick(context.store.lastTick),
      server: walServer(context),
    }),
})
