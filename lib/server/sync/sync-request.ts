import type { JsonObject } from '../../wire/index.js'
import {
  invalidAttribute,
  read,
  readBoolean,
  readCredentials,
  readDatabase,
  readRestriction,
  type SyncCredentials,
  type SyncRestriction,
} from './body-attributes.js'
import { invalidEndpoint, parseSyncEndpoint, type SyncEndpoint } from './sync-endpoint.js'

/** What the body of `PUT /_api/replication/sync` asks for. */
export interface SyncRequest {
  readonly endpoint: SyncEndpoint
  /** Undefined: the one of the request. */
  readonly database: string | undefined
  readonly credentials: SyncCredentials
  readonly includeSystem: boolean
  readonly incremental: boolean
  readonly restriction: SyncRestriction | undefined
  /** Longest silence of the remote server; undefined: the client's own default. */
  readonly silenceMsMax: number | undefined
}

/** The longest that a timer can wait. */
const TIMER_MS_MAX = 2 ** 31 - 1
const SECOND_MS = 1000

/**
 * Reads what a synchronisation is asked for with. Attributes of an applier's configuration that have
 * no meaning here are passed over.
 *
 * @throws RequestError 400: for the endpoint with errorNum 400, for all else with 1410
 */
export function parseSyncRequest(body: JsonObject): SyncRequest {
  const endpoint = body['endpoint']
  if (typeof endpoint !== 'string') throw invalidEndpoint()
  return {
    endpoint: parseSyncEndpoint(endpoint),
    database: readDatabase(body),
    credentials: readCredentials(body),
    includeSystem: readBoolean(body, 'includeSystem', true),
    incremental: readBoolean(body, 'incremental', false),
    restriction: readRestriction(body),
    silenceMsMax: readWaitTime(body),
  }
}

function readWaitTime(body: JsonObject): number | undefined {
  const seconds = read(body, 'initialSyncMaxWaitTime') ?? 0
  if (typeof seconds !== 'number' || seconds < 0) throw invalidAttribute('initialSyncMaxWaitTime')
  return seconds === 0 ? undefined : Math.min(Math.ceil(seconds * SECOND_MS), TIMER_MS_MAX)
}
