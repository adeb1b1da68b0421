import type { Json, JsonObject } from '../wire/index.js'
import type { RemoteConnection, RemoteRequest } from './remote-connection.js'
import { RemoteStatusError } from './remote-error.js'

/** A database of a server that is written to. */
export interface TargetPlace {
  readonly connection: RemoteConnection
  /** Ends every request. */
  readonly signal: AbortSignal | undefined
  /** As `RemoteTargetOptions` have it. */
  readonly shardingOf?: ((collection: string) => JsonObject) | undefined
}

/**
 * Sends a request that may be sent again, and reads the JSON of the answer.
 *
 * @throws RemoteError
 */
export function ask(
  { connection, signal }: TargetPlace,
  request: Pick<RemoteRequest, 'task' | 'method' | 'path' | 'query' | 'body'>,
): Promise<Json> {
  return connection.exchange({ ...request, repeat: 'always', signal }, (answer) => answer.json())
}

/**
 * As {@link ask}, where the thing may be missing.
 *
 * @returns undefined when the server answered with that errorNum
 */
export async function askOr(
  place: TargetPlace,
  request: Parameters<typeof ask>[1],
  errorNum: number,
): Promise<Json> {
  try {
    return await ask(place, request)
  } catch (error) {
    if (error instanceof RemoteStatusError && error.errorNum === errorNum) return undefined
    throw error
  }
}
