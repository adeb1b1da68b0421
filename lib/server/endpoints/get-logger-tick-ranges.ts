import { formatTick } from '../../values/index.js'
import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readLogBounds } from '../log-bounds.js'

/** The log has no files of its own: it lies in the file of the store. */
const DATAFILE = '/data.mdb'

/** `GET /_api/replication/logger-tick-ranges`. */
export const getLoggerTickRanges: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/replication/logger-tick-ranges',
  access: 'server',
  about: {
    summary: 'which ticks the log has, in one entry',
    parameters: [],
    statuses: [answers(200, '`[{datafile, status, tickMin, tickMax}]`, empty while the log is')],
  },
  read: () => undefined,

  async answer(_input, { signal }, { store }) {
    const { firstTick, lastTick } = await readLogBounds(store, signal)
    if (firstTick === undefined) return jsonAnswer([])
    const ticks = { tickMin: formatTick(firstTick), tickMax: formatTick(lastTick) }
    return jsonAnswer([{ datafile: DATAFILE, status: 'open', ...ticks }])
  },
})
