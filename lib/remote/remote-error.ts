import { ReplicationError } from '../core/index.js'
import { ERROR_NUMBER } from '../wire/index.js'

/** What was being done, and where. */
export interface RemoteTask {
  /** Such as `read the inventory`. */
  readonly task: string
  /** The server and its database, without credentials. */
  readonly address: string
}

/** Something went wrong between this process and a server, or the server refused. */
export abstract class RemoteError extends ReplicationError {
  /** The number that ArangoDB's own followers give this kind of failure, or the server's own. */
  abstract readonly errorNum: number
  readonly address: string

  constructor({ task, address }: RemoteTask, reason: string, options?: ErrorOptions) {
    super(`Cannot ${task} at ${address}: ${reason}`, options)
    this.address = address
  }
}

/** How a request failed before its answer was there as a whole. */
export interface TransportFailure {
  readonly reason: string
  /** False when the server cannot have seen the request. */
  readonly wasSent: boolean
  /** True when trying again may help. */
  readonly isPassing: boolean
}

/** There was no answer, or not the whole of it. */
export class RemoteUnreachableError extends RemoteError {
  readonly code = 'ERR_REMOTE_UNREACHABLE' as const
  readonly errorNum: number = ERROR_NUMBER.noResponse
  readonly failure: TransportFailure

  constructor(task: RemoteTask, failure: TransportFailure, options?: ErrorOptions) {
    super(task, failure.reason, options)
    this.failure = failure
  }
}

/** The address of the server is one that must not be connected to. */
export class RemoteAddressError extends RemoteError {
  readonly code = 'ERR_REMOTE_ADDRESS' as const
  readonly errorNum: number = ERROR_NUMBER.forbidden
}

/** What a server said when it refused. */
export interface Refusal {
  readonly status: number
  readonly errorNum: number
  readonly errorMessage: string
}

/** The server answered with an error. */
export class RemoteStatusError extends RemoteError {
  readonly code = 'ERR_REMOTE_STATUS' as const
  readonly status: number
  /** The server's number; 1402 where it gave none. */
  readonly errorNum: number
  /** The server's words; empty where it had none. */
  readonly errorMessage: string

  /** @param reason - in place of the server's own words */
  constructor(task: RemoteTask, refusal: Refusal, reason?: string, options?: ErrorOptions) {
    super(task, reason ?? describeRefusal(refusal), options)
    this.status = refusal.status
    this.errorNum = refusal.errorNum === 0 ? ERROR_NUMBER.leaderError : refusal.errorNum
    this.errorMessage = refusal.errorMessage
  }
}

/** A server that is to be written to has no such database, and nobody said that it is to be made. */
export class RemoteDatabaseMissingError extends RemoteStatusError {}

/** The server does not know who asks (401). */
export class RemoteUnauthorizedError extends RemoteError {
  readonly code = 'ERR_REMOTE_UNAUTHORIZED' as const
  readonly errorNum: number = ERROR_NUMBER.httpUnauthorized
}

/** The server is a coordinator of a cluster, and was not told which of its servers is meant. */
export class RemoteCoordinatorError extends RemoteError {
  readonly code = 'ERR_REMOTE_COORDINATOR' as const
  readonly errorNum: number = ERROR_NUMBER.httpBadParameter

  constructor(task: RemoteTask) {
    const wanted = 'which has to be told the DB server to read'
    super(task, `it is a coordinator of a cluster, ${wanted}`)
  }
}

/** An answer is not what the protocol promises. */
export class RemoteAnswerError extends RemoteError {
  readonly code = 'ERR_REMOTE_ANSWER' as const
  readonly errorNum: number = ERROR_NUMBER.invalidResponse
}

/** The server is none that can be followed: its version, or it is this very client. */
export class RemoteIncompatibleError extends RemoteError {
  readonly code = 'ERR_REMOTE_INCOMPATIBLE' as const
  readonly errorNum: number

  constructor(task: RemoteTask, reason: string, errorNum: number) {
    super(task, reason)
    this.errorNum = errorNum
  }
}

function describeRefusal({ status, errorNum, errorMessage }: Refusal): string {
  const number = errorNum === 0 ? '' : `, error ${errorNum}`
  const words = errorMessage === '' ? '' : `: ${errorMessage}`
  return `the server answered with status ${status}${number}${words}`
}
