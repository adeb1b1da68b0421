import { SYSTEM_DATABASE, type StoreCollection } from '../../store/index.js'
import { WireFormatError, type DumpEntry, type Json } from '../../wire/index.js'
import { parseForeignUser, type ForeignUser } from '../auth/foreign-user.js'
import type { RestoredUser } from '../auth/user-registry.js'
import { ROOT_USER } from '../auth/user.js'
import type { EndpointRequest } from '../endpoint.js'
import { badParameter, forbidden, RequestError } from '../request-error.js'
import { formatExtra, readUserName } from '../user-requests.js'
import { restoreBatches, type RestoreParts } from './restore-data.js'
import { RestoreEntries } from './restore-entries.js'

/** The collection in which ArangoDB keeps its users. */
const USERS = '_users'

/** Whether what is restored are the users of a server. */
export function areUsers(
  { definition }: StoreCollection,
  { database }: Pick<EndpointRequest, 'database'>,
): boolean {
  return database.name === SYSTEM_DATABASE && definition.name === USERS
}

/**
 * Makes users of the documents of ArangoDB's `_users`, each in the place of one of that name. They go
 * to the users of the leader and not into the collection, where others could read their passwords'
 * hashes. Root stays as it is, and removals, which do not tell a name, are passed over.
 *
 * @throws RequestError 403 with errorNum 11 for whoever is no administrator; 400 with 10 and others
 *   when a user does not fit, unless `force` is given: those before it stay
 */
export async function restoreUsers(parts: RestoreParts): Promise<void> {
  const { options, request, context } = parts
  if (request.permissions.database(SYSTEM_DATABASE) !== 'rw') {
    throw forbidden('only administrators may do that')
  }
  const entries = new RestoreEntries(USERS, options.format)
  await restoreBatches(parts, async ({ texts, positions }) => {
    for (const [index, item] of texts.entries()) {
      const position = positions[index] ?? 0
      const user = readUser(entries, entries.read(item, position), position, options.isForced)
      if (user === undefined || user.name === ROOT_USER) continue
      // Each takes a while to hash: a thousand of them should not outlive who sent them.
      request.signal.throwIfAborted()
      await context.users.restore(user)
    }
  })
}

/** @returns undefined where there is none, or where one that does not fit is passed over */
function readUser(
  entries: RestoreEntries,
  entry: DumpEntry,
  position: number,
  isForced: boolean,
): RestoredUser | undefined {
  if (entry.kind === 'removal') return undefined
  try {
    return fitted(JSON.parse(entry.bytes.toString()) as Json)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (isForced) return undefined
    throw entries.refusal(error, position)
  }
}

function fitted(document: Json): RestoredUser {
  const { extra, ...user } = parseUser(document)
  return { ...user, name: readUserName(user.name), extra: formatExtra(extra) }
}

function parseUser(document: Json): ForeignUser {
  try {
    return parseForeignUser(document)
  } catch (error) {
    throw error instanceof WireFormatError ? badParameter(error.message) : error
  }
}
