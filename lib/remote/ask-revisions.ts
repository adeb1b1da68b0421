import { CONTENT_TYPE, type CollectionDefinition } from '../wire/index.js'
import type { BatchSession } from './batch-session.js'
import { isAtLeast, type ServerVersion } from './check-leader.js'
import type { RemoteAnswer } from './remote-answer.js'
import { RemoteStatusError } from './remote-error.js'

/** One request for the revisions of a collection. */
export interface RevisionsRequest {
  readonly definition: CollectionDefinition
  readonly command: 'tree' | 'ranges' | 'documents'
  /** For messages, such as `read the revision tree of collection "users"`. */
  readonly task: string
  readonly query: Readonly<Record<string, string>>
  /** JSON text; a request with one is a PUT, as the two commands that take one are. */
  readonly body?: Buffer | undefined
  readonly signal: AbortSignal | undefined
  readonly onTransfer: ((bytes: number) => void) | undefined
}

const NOT_IMPLEMENTED = 501
const BAD_REQUEST = 400
/** What servers answer to a command that they have never heard of (server notes, section 1). */
const UNKNOWN_COMMAND = 'invalid command'
/** The first 3.x that knows revision trees (client notes, section 2). */
const FIRST_MINOR = 8

/** What a collection is called in requests: followers prefer what no renaming changes. */
export function identify({ name, id, globallyUniqueId }: CollectionDefinition): string {
  return globallyUniqueId ?? id ?? name
}

/** The path of a command, for the places of lines. */
export function revisionsPath(
  { connection }: BatchSession,
  { command, definition }: Pick<RevisionsRequest, 'command' | 'definition'>,
): string {
  return connection.pathOf({ path: pathOf(command), query: { collection: identify(definition) } })
}

/**
 * Asks for VelocyPack as followers do, which leaves JSON to servers that have nothing else; for
 * documents of a tidemark leader it asks for JSON, which has the text of every number, `1.0` and
 * `1e999` too. Every request may be repeated: the same batch gives the same answer.
 *
 * @throws RemoteError
 */
export function askRevisions<Result>(
  session: BatchSession,
  request: RevisionsRequest,
  read: (answer: RemoteAnswer) => Promise<Result>,
): Promise<Result> {
  const { definition, command, task, query, body, signal, onTransfer } = request
  return session.use(task, () =>
    session.connection.exchange(
      {
        task,
        method: body === undefined ? 'GET' : 'PUT',
        path: pathOf(command),
        query: { collection: identify(definition), ...query, ...session.query },
        body,
        accept: acceptOf(session, command),
        repeat: 'always',
        signal,
        onTransfer,
      },
      read,
    ),
  )
}

/** Tells whether a server of that version keeps revision trees. */
export function hasTrees(version: ServerVersion): boolean {
  return isAtLeast(version, FIRST_MINOR)
}

/** Tells whether a server can be asked at all for the revisions of a collection. */
export function mayKnowRevisions(
  { opened }: Pick<BatchSession, 'opened'>,
  { syncByRevision }: CollectionDefinition,
): boolean {
  return syncByRevision && hasTrees(opened.version)
}

/** Tells whether a server has refused because it does not sync the collection by revision. */
export function isUnsupported(error: unknown): boolean {
  if (!(error instanceof RemoteStatusError)) return false
  if (error.status === NOT_IMPLEMENTED) return true
  return error.status === BAD_REQUEST && error.errorMessage.startsWith(UNKNOWN_COMMAND)
}

function acceptOf({ opened }: BatchSession, command: RevisionsRequest['command']): string {
  return command === 'documents' && opened.isTidemark ? CONTENT_TYPE.json : CONTENT_TYPE.velocypack
}

function pathOf(command: RevisionsRequest['command']): string {
  return `/_api/replication/revisions/${command}`
}
