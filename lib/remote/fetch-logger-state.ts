import { parseLoggerState, type LoggerState } from '../wire/index.js'
import { parseOr1401 } from './parse-or-1401.js'
import type { RemoteConnection } from './remote-connection.js'

/** For messages. */
export const LOGGER_STATE_TASK = 'read the state of the log'

/**
 * Asks a server who it is and how far its log goes.
 *
 * @param query - who asks
 * @throws RemoteError
 */
export async function fetchLoggerState(
  connection: RemoteConnection,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<{ readonly state: LoggerState; readonly isTidemark: boolean }> {
  const task = LOGGER_STATE_TASK
  const { value, isTidemark } = await connection.exchange(
    {
      task,
      method: 'GET',
      path: '/_api/replication/logger-state',
      query,
      repeat: 'always',
      signal,
    },
    async (answer) => ({ value: await answer.json(), isTidemark: answer.isTidemark }),
  )
  const place = { task, address: connection.address }
  return { state: parseOr1401(place, () => parseLoggerState(value)), isTidemark }
}
