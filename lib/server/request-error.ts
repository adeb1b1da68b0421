import { ReplicationError } from '../core/index.js'
import { ERROR_NUMBER, type JsonObject } from '../wire/index.js'

/** A request is answered with an error; the fields are those of the error body. */
export class RequestError extends ReplicationError {
  readonly code = 'ERR_REQUEST' as const
  /** HTTP status. */
  readonly status: number
  readonly errorNum: number
  /** Headers that the answer has besides. */
  readonly headers: Readonly<Record<string, string>>
  /** Attributes that the error body has besides. */
  readonly details: JsonObject

  constructor(
    status: number,
    errorNum: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details: JsonObject = {},
  ) {
    super(message)
    this.details = details
    this.status = status
    this.errorNum = errorNum
    this.headers = headers
  }
}

/** 400 with the errorNum of an HTTP status, as the replication handlers answer. */
export function badRequest(message: string): RequestError {
  return new RequestError(400, ERROR_NUMBER.httpBadParameter, message)
}

/** 404 for a path that no endpoint has. */
export function unknownPath(): RequestError {
  return new RequestError(404, ERROR_NUMBER.httpNotFound, 'unknown path')
}

/** 404 with 1228. */
export function databaseNotFound(): RequestError {
  return new RequestError(404, ERROR_NUMBER.databaseNotFound, 'database not found')
}

/** 404 with 1203. */
export function collectionNotFound(): RequestError {
  return new RequestError(404, ERROR_NUMBER.collectionNotFound, 'collection or view not found')
}

/** 400 with 10: an attribute of a body is not what it has to be. */
export function badParameter(message: string): RequestError {
  return new RequestError(400, ERROR_NUMBER.badParameter, message)
}

/** 401 with 11: the caller is not known, or may not even read the database of the path. */
export function unauthorized(): RequestError {
  const message = 'not authorized to execute this request'
  return new RequestError(401, ERROR_NUMBER.forbidden, message, {
    'www-authenticate': 'Basic realm="tidemark", charset="UTF-8"',
  })
}

/** 429: too many logins failed, of a user at an address or of the address. */
export function tooManyLogins(retryAfterSeconds: number): RequestError {
  return new RequestError(429, 429, 'too many failed logins', {
    'retry-after': String(retryAfterSeconds),
  })
}

/** 403 with 11: nobody may do that, or not the caller. */
export function forbidden(message: string): RequestError {
  return new RequestError(403, ERROR_NUMBER.forbidden, message)
}

/** 501 with 9: ArangoDB does that, the leader does not. */
export function notImplemented(what: string): RequestError {
  return new RequestError(501, ERROR_NUMBER.notImplemented, `${what} not implemented`)
}

/** 405 with the methods that the path has. */
export function methodNotSupported(methods: readonly string[]): RequestError {
  return new RequestError(405, ERROR_NUMBER.httpMethodNotSupported, 'method not supported', {
    allow: methods.join(', '),
  })
}

/** 503 with 32: a bound of the leader is reached; asking again later may help. */
export function limitReached(what: string): RequestError {
  return new RequestError(503, ERROR_NUMBER.resourceLimit, `resource limit exceeded: ${what}`)
}

/** 503 with 30: the leader is closing. */
export function shuttingDown(): RequestError {
  return new RequestError(503, ERROR_NUMBER.shutdown, 'shutdown in progress')
}

/** 503 with 503: the leader listens, but is not ready. */
export function startingUp(): RequestError {
  return new RequestError(503, 503, 'service unavailable due to startup or maintenance mode')
}
