import { formatTick } from '../../values/index.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readLogBounds } from '../log-bounds.js'

/** The log has no files of its own: it lies in the file of the store. */
const DATAFILE = '/data.mdb'

/**
 * `GET /_api/replication/logger-tick-ranges`: 200 with an array of `{datafile, status, tickMin,
 * tickMax}`, one entry for the whole log, none while it is empty.
 */
export const getLoggerTickRanges: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/replication/logger-tick-ranges',
  access: 'server',
  read: () => undefined,

  async answer(_input, { signal }, { store }) {
    const { firstTick, lastTick } = await readLogBounds(store, signal)
    if (firstTick === undefined) return jsonAnswer([])
    const ticks = { tickMin: formatTick(firstTick), tickMax: formatTick(lastTick) }
    return jsonAnswer([{ datafile: DATAFILE, status: 'open', ...ticks }])
  },
})
