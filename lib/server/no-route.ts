import { ERROR_NUMBER } from '../wire/index.js'
import { ENDPOINTS } from './routes.js'
import { badRequest, notImplemented, RequestError, unknownPath } from './request-error.js'

const REPLICATION = /^(?:\/_db\/[^/]+)?\/_api\/replication(?:\/+([^/?]*))?(?=[/?]|$)/
const COMMAND = /^\/_api\/replication\/([^/]+)/

const COMMANDS: ReadonlySet<string> = new Set(
  ENDPOINTS.flatMap(({ path }) => COMMAND.exec(path)?.[1] ?? []),
)

const NOT_SERVED =
  /^(?:\/_db\/[^/]+)?\/_api\/(cursor|query|query-cache|explain|aqlfunction|gharial|edges|traversal|simple|transaction|tasks|foxx|view|analyzer|job|ttl)(?=[/?]|$)/

const WAL = /^(?:\/_db\/[^/]+)?\/_api\/wal(?=[/?]|$)/

/**
 * What the answer to a path without an endpoint is: 404, but below `/_api/replication` 400, with
 * errorNum 400 for an unknown command and 601 for a known one with other parts behind it (server
 * notes, section 1), and below `/_api/wal` 400 with errorNum 400 (section 9). What ArangoDB has and the
 * leader has not (AQL, graphs, Foxx and others) is 501.
 *
 * @param url - path and query of the request
 */
export function noRoute(url: string): RequestError {
  if (WAL.test(url)) {
    return badRequest('expected GET /_api/wal/[tail|range|lastTick|open-transactions]')
  }
  const missing = NOT_SERVED.exec(url)?.[1]
  if (missing !== undefined) return notImplemented(`the API "${missing}" is`)
  const found = REPLICATION.exec(url)
  if (found === null) return unknownPath()
  const command = found[1] ?? ''
  if (command === '' || COMMANDS.has(command)) {
    const message = 'expecting URL /_api/replication/<command>'
    return new RequestError(400, ERROR_NUMBER.superfluousSuffices, message)
  }
  return new RequestError(400, ERROR_NUMBER.httpBadParameter, 'invalid command')
}
