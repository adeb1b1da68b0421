import type { ReplicaThing } from '../replica/index.js'
import { ERROR_NUMBER } from '../wire/index.js'
import type { RemoteConnection } from './remote-connection.js'
import { RemoteStatusError, RemoteUnauthorizedError } from './remote-error.js'

/** What is asked for, and what a server answers that lacks it. */
const QUESTIONS = {
  database: { path: () => '/_api/database/current', errorNum: ERROR_NUMBER.databaseNotFound },
  collection: {
    path: (name: string) => `/_api/collection/${name}`,
    errorNum: ERROR_NUMBER.collectionNotFound,
  },
  view: {
    path: (name: string) => `/_api/view/${name}`,
    errorNum: ERROR_NUMBER.collectionNotFound,
  },
} as const
/** Of servers without views, which have none to hide either. */
const NOT_IMPLEMENTED = 501

/**
 * Asks a server whether it lacks something. An inventory leaves out, without a word, what its caller
 * may not read (server notes, 1), while a question after a single thing is refused then.
 *
 * @param connection - to the database of the thing
 * @returns false when the server has it, or does not tell
 * @throws RemoteError when the server cannot be asked
 */
export async function lacksThing(
  connection: RemoteConnection,
  { what, name }: ReplicaThing,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const question = QUESTIONS[what]
  const path = question.path(encodeURIComponent(name))
  const task = `ask for ${what} "${name}"`
  try {
    await connection.exchange({ task, method: 'GET', path, repeat: 'always', signal }, (answer) =>
      answer.json(),
    )
    return false
  } catch (error) {
    if (error instanceof RemoteUnauthorizedError) return false
    if (!(error instanceof RemoteStatusError)) throw error
    if (error.errorNum === question.errorNum) return true
    return what === 'view' && error.status === NOT_IMPLEMENTED
  }
}
