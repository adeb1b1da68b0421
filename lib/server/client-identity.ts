import { ERROR_NUMBER } from '../wire/index.js'
import { numberParameter, textParameter, type Parameters } from './parameters.js'
import { RequestError } from './request-error.js'

/** What is kept of a text that clients say about themselves. */
const INFO_LENGTH_MAX = 256
const SYNCER_ID = /^[1-9]\d{0,19}$/

/** Who asks, as it says itself; a client that says nothing is nobody. */
export interface ClientIdentity {
  /** Decimal; empty where it does not tell. */
  readonly serverId: string
  /** Decimal: of the one that follows among several in that server; empty where it does not tell. */
  readonly syncerId: string
  readonly clientInfo: string
}

/**
 * Reads `serverId`, `syncerId` and `clientInfo`.
 *
 * @throws RequestError 400 with errorNum 10 for a `syncerId` that is not a number from 1 on
 */
export function readClient(query: Parameters): ClientIdentity {
  const serverId = numberParameter(query, 'serverId') ?? 0n
  const syncerId = query['syncerId']
  if (syncerId !== undefined && !SYNCER_ID.test(syncerId)) {
    throw new RequestError(400, ERROR_NUMBER.badParameter, 'invalid syncerId')
  }
  return {
    serverId: serverId === 0n ? '' : serverId.toString(),
    syncerId: syncerId ?? '',
    clientInfo: (textParameter(query, 'clientInfo') ?? '').slice(0, INFO_LENGTH_MAX),
  }
}

/** What tells a client from others: its syncer, else its server; undefined for nobody. */
export function clientKey({ serverId, syncerId }: ClientIdentity): string | undefined {
  if (syncerId !== '') return `syncer/${syncerId}`
  return serverId === '' ? undefined : `server/${serverId}`
}
