import { ERROR_NUMBER } from '../wire/index.js'
import { APIS_NOT_SERVED, COMMANDS_NOT_SERVED } from './not-served.js'
import { badParameter, badRequest, RequestError, unknownPath } from './request-error.js'
import { ENDPOINTS } from './routes.js'

const REPLICATION = /^(?:\/_db\/[^/]+)?\/_api\/replication(?:\/+([^/?]*))?(?=[/?]|$)/
const COMMAND = /^\/_api\/replication\/([^/]+)/

const COMMANDS: ReadonlySet<string> = new Set(
  ENDPOINTS.flatMap(({ path }) => COMMAND.exec(path)?.[1] ?? []),
)

const API = /^(?:\/_db\/[^/]+)?\/_api\/([^/?]+)(?=[/?]|$)/

/** Not of the form of any that there is: a leader before 3.8 has none of them. */
const DUMP = /^(?:\/_db\/[^/]+)?\/_api\/dump(?!\/(?:next\/)?[^/?]+\/?(?:\?|$))(?=[/?]|$)/

const WAL = /^(?:\/_db\/[^/]+)?\/_api\/wal(?=[/?]|$)/

/**
 * What the answer to a path without an endpoint is: 404, but below `/_api/replication` 400, with
 * errorNum 400 for an unknown command and 601 for a known one with other parts behind it (server
 * notes, section 1), below `/_api/wal` 400 with errorNum 400 (section 9), and below `/_api/dump` 400
 * with errorNum 10 (section 10). What ArangoDB has and the leader has not (AQL, graphs, Foxx, following
 * and others) is 501, and told by name.
 *
 * @param url - path and query of the request
 */
export function noRoute(url: string): RequestError {
  if (WAL.test(url)) {
    return badRequest('expected GET /_api/wal/[tail|range|lastTick|open-transactions]')
  }
  if (DUMP.test(url)) {
    return badParameter('expecting POST /_api/dump/start or /_api/dump/next/<id>')
  }
  const found = REPLICATION.exec(url)
  if (found !== null) return noCommand(found[1] ?? '')
  const missing = APIS_NOT_SERVED.get(API.exec(url)?.[1] ?? '')
  return missing === undefined ? unknownPath() : notServed(missing)
}

function noCommand(command: string): RequestError {
  const missing = COMMANDS_NOT_SERVED.get(command)
  if (missing !== undefined) return notServed(missing)
  if (command === '' || COMMANDS.has(command)) {
    const message = 'expecting URL /_api/replication/<command>'
    return new RequestError(400, ERROR_NUMBER.superfluousSuffices, message)
  }
  return new RequestError(400, ERROR_NUMBER.httpBadParameter, 'invalid command')
}

function notServed(what: string): RequestError {
  const message = `this server does not implement ${what}`
  return new RequestError(501, ERROR_NUMBER.notImplemented, message)
}
