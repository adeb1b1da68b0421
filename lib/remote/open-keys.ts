import type { KeyAccess } from '../replica/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { identify, isUnsupported } from './ask-revisions.js'
import type { BatchSession } from './batch-session.js'
import { parseBegunKeys, type BegunKeys } from './parse-keys.js'
import { parseOr1401 } from './parse-or-1401.js'
import { RemoteKeys } from './remote-keys.js'
import { RemoteStatusError } from './remote-error.js'
import { askLater } from './ask-later.js'

const NOT_FOUND = 404
const METHOD_NOT_ALLOWED = 405

/**
 * Begins to compare a collection by key (server notes, section 7). First it asks as quickly as the server
 * can answer; one that has too many documents for that is asked again, to answer later.
 *
 * @returns undefined when the server does not know this way
 * @throws RemoteError
 */
export async function openKeys(
  session: BatchSession,
  definition: CollectionDefinition,
  signal: AbortSignal | undefined,
): Promise<KeyAccess | undefined> {
  const quick = await beginIfKnown(session, definition, signal)
  if (quick === undefined) return undefined
  const begun =
    quick.id === undefined ? await begin(session, definition, { isQuick: false, signal }) : quick
  return begun.id === undefined
    ? undefined
    : new RemoteKeys(session, definition, { id: begun.id, count: begun.count })
}

async function beginIfKnown(
  session: BatchSession,
  definition: CollectionDefinition,
  signal: AbortSignal | undefined,
): Promise<BegunKeys | undefined> {
  try {
    return await begin(session, definition, { isQuick: true, signal })
  } catch (error) {
    if (isUnknown(error)) return undefined
    throw error
  }
}

async function begin(
  session: BatchSession,
  definition: CollectionDefinition,
  { isQuick, signal }: { readonly isQuick: boolean; readonly signal: AbortSignal | undefined },
): Promise<BegunKeys> {
  const { connection, opened } = session
  const task = `compare collection "${definition.name}" by key`
  const request = {
    task,
    method: 'POST',
    path: '/_api/replication/keys',
    query: {
      collection: identify(definition),
      to: `${opened.batch.lastTick}`,
      ...session.query,
      ...(isQuick ? { quick: 'true' } : {}),
    },
    repeat: 'always',
    signal,
  } as const
  const value = await session.use(task, () =>
    isQuick
      ? connection.exchange(request, (answer) => answer.json())
      : askLater(session, request, (answer) => answer.json()),
  )
  return parseOr1401({ task, address: connection.address }, () => parseBegunKeys(value))
}

/** What servers answer that have never heard of it, do not do it any more, or are a cluster. */
function isUnknown(error: unknown): boolean {
  if (isUnsupported(error)) return true
  if (!(error instanceof RemoteStatusError)) return false
  const { status, errorNum } = error
  return status === METHOD_NOT_ALLOWED || (status === NOT_FOUND && errorNum === NOT_FOUND)
}
