import { ReplicationError } from '../../core/index.js'
import {
  RemoteAddressError,
  RemoteAnswerError,
  RemoteError,
  RemoteIncompatibleError,
  RemoteUnreachableError,
} from '../../remote/index.js'
import { StoreError } from '../../store/index.js'
import { TreesDifferError, UnfinishedCopyError } from '../../sync/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { forbidden, RequestError } from '../request-error.js'
import { storeRequestError } from '../store-request-error.js'
import type { SyncRequest } from './sync-request.js'

const SERVER_ERROR = 500

/**
 * What the answer to a synchronisation is that ended early. Errors of the remote server have the numbers
 * that followers give them (client notes, 1.1): its own number is for the message. Nothing that
 * was secret in the request is in the answer, even if the remote server says it.
 */
export function syncRequestError(error: unknown, request: SyncRequest): unknown {
  const cause = error instanceof UnfinishedCopyError ? error.cause : error
  if (cause instanceof RequestError) return cause
  if (cause instanceof RemoteAddressError) return addressRefused(request)
  const errorNum = replicationErrorNum(cause)
  if (errorNum === undefined || !(cause instanceof Error)) return error
  const told = tellsSecret(cause.message, request.credentials)
    ? `Cannot read ${request.endpoint.url}: what it answered is left out, for it has the password in it`
    : cause.message
  return new RequestError(SERVER_ERROR, errorNum, told + unfinished(error))
}

/** 403 with 11: the operator did not allow the server. */
function addressRefused({ endpoint: { host, port } }: SyncRequest): RequestError {
  return forbidden(
    `synchronisations from ${host}:${port} are not allowed; who runs this server can allow them`,
  )
}

/** 500 with 1405: a database would be read from while it is replaced by itself. */
export function loopDetected(): RequestError {
  const message = 'loop detected: it is the same database of the same server'
  return new RequestError(SERVER_ERROR, ERROR_NUMBER.loop, message)
}

/**
 * The number that followers give an error of reading a server, or of writing what was read (client
 * notes, 1.1); undefined for what nobody foresaw.
 */
export function replicationErrorNum(cause: unknown): number | undefined {
  if (cause instanceof RemoteError) return remoteErrorNum(cause)
  if (cause instanceof StoreError) return storeRequestError(cause).errorNum
  if (cause instanceof TreesDifferError) return ERROR_NUMBER.wrongChecksum
  // Lines, trees and lists that cannot be read: nothing else is read here.
  if (cause instanceof ReplicationError) return ERROR_NUMBER.invalidResponse
  return undefined
}

function remoteErrorNum(error: RemoteError): number {
  const hasOwn = [RemoteUnreachableError, RemoteAnswerError, RemoteIncompatibleError].some(
    (kind) => error instanceof kind,
  )
  return hasOwn ? error.errorNum : ERROR_NUMBER.leaderError
}

/** Tells whether a message has in it what somebody showed a server to be let in. */
export function tellsSecret(
  message: string,
  { username, password = '', jwt = '' }: SyncRequest['credentials'],
): boolean {
  const basic =
    username === undefined ? '' : Buffer.from(`${username}:${password}`).toString('base64')
  // Messages have single spaces only.
  const secrets = [password, jwt, basic].map((secret) => secret.replaceAll(/\s+/g, ' '))
  return secrets.some((secret) => secret !== '' && message.includes(secret))
}

function unfinished(error: unknown): string {
  if (!(error instanceof UnfinishedCopyError)) return ''
  const { complete, collectionCount } = error.copy
  return (
    `; the copy is not finished, ${complete.length} of ${collectionCount} collections are ` +
    'complete: synchronise again'
  )
}
