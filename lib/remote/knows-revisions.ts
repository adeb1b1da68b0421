import { REVISION_LOWER_BOUND, encodeRevision } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { askRevisions, isUnsupported, mayKnowRevisions } from './ask-revisions.js'
import type { BatchSession } from './batch-session.js'

/** One revision that no document has: the first instant of 2021. */
const PROBE = Buffer.from(JSON.stringify([encodeRevision(REVISION_LOWER_BOUND)]))

/**
 * Asks a server for a document by its revision, to learn whether it knows collections by revision; a
 * tree would tell too, but is much larger.
 *
 * @throws RemoteError
 */
export async function knowsRevisions(
  session: BatchSession,
  definition: CollectionDefinition,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!mayKnowRevisions(session, definition)) return false
  const task = `look for revisions of collection "${definition.name}"`
  const query = { encodeAsHLC: 'true' }
  const request = { definition, command: 'documents', task, query, body: PROBE } as const
  try {
    await askRevisions(session, { ...request, signal, onTransfer: undefined }, (answer) =>
      answer.finish(),
    )
    return true
  } catch (error) {
    if (isUnsupported(error)) return false
    throw error
  }
}
