import type { Tick } from '../values/index.js'
import { asTick, attribute, optional, read } from '../wire/index.js'
import { parseOr1401 } from './parse-or-1401.js'
import type { RemoteConnection } from './remote-connection.js'
import { RemoteStatusError } from './remote-error.js'

const TASK = 'read where the log begins'
/** Where it is told. Only tidemark tells an empty log from one of a single marker, by null. */
const OF_TIDEMARK = { path: '/_api/replication/logger-first-tick', name: 'firstTick' }
const OF_ARANGODB = { path: '/_api/wal/range', name: 'tickMin' }
/** How servers refuse that do not tell, or not to this user. */
const REFUSED_STATUSES: readonly number[] = [400, 403, 404, 405, 501]

/**
 * Asks for the tick of the oldest marker.
 *
 * @param client - who asks
 * @returns undefined where the log is empty, or the server does not tell
 * @throws RemoteError
 */
export async function fetchFirstTick(
  connection: RemoteConnection,
  isTidemark: boolean,
  client: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Tick | undefined> {
  const { path, name } = isTidemark ? OF_TIDEMARK : OF_ARANGODB
  try {
    const value = await connection.exchange(
      { task: TASK, method: 'GET', path, query: client, repeat: 'always', signal },
      (answer) => answer.json(),
    )
    return parseOr1401({ task: TASK, address: connection.address }, () =>
      optional(attribute(read(value, 'the range of a log'), name), asTick),
    )
  } catch (error) {
    const isRefusal = error instanceof RemoteStatusError && REFUSED_STATUSES.includes(error.status)
    if (!isRefusal) throw error
    return undefined
  }
}
