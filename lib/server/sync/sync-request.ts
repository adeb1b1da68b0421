import { ERROR_NUMBER, type Json, type JsonObject } from '../../wire/index.js'
import { RequestError } from '../request-error.js'
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

/** Who asks at the remote server. */
interface SyncCredentials {
  readonly username?: string
  readonly password?: string
  readonly jwt?: string
}

/** Which collections take part, by their exact names. */
interface SyncRestriction {
  readonly type: 'include' | 'exclude'
  readonly names: ReadonlySet<string>
}

/** The longest that a timer can wait. */
const TIMER_MS_MAX = 2 ** 31 - 1
const SECOND_MS = 1000
/** What a header can hold. */
const TOKEN = /^[\w.~+/=-]+$/
/** Would not name a database, but a part of a path. */
const DOTS = /^\.{1,2}$/

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

function readDatabase(body: JsonObject): string | undefined {
  const name = readText(body, 'database')
  if (DOTS.test(name)) throw invalidAttribute('database')
  return name === '' ? undefined : name
}

/** A password counts with a username only, a token without one (client notes, section 5). */
function readCredentials(body: JsonObject): SyncCredentials {
  const username = readText(body, 'username')
  const password = readText(body, 'password')
  const jwt = readText(body, 'jwt')
  if (username !== '') return { username, password }
  if (jwt === '') return {}
  if (!TOKEN.test(jwt)) throw invalidAttribute('jwt')
  return { jwt }
}

function readRestriction(body: JsonObject): SyncRestriction | undefined {
  const type = readText(body, 'restrictType')
  const names = readNames(body)
  if (type === '' || type === 'none') {
    if (names.size > 0) throw invalidAttribute('restrictType')
    return undefined
  }
  if (type !== 'include' && type !== 'exclude') throw invalidAttribute('restrictType')
  if (names.size === 0) throw invalidAttribute('restrictCollections')
  return { type, names }
}

function readNames(body: JsonObject): ReadonlySet<string> {
  const names = read(body, 'restrictCollections') ?? []
  if (!Array.isArray(names)) throw invalidAttribute('restrictCollections')
  const texts = names.filter((name): name is string => typeof name === 'string' && name !== '')
  if (texts.length !== names.length) throw invalidAttribute('restrictCollections')
  return new Set(texts)
}

function readWaitTime(body: JsonObject): number | undefined {
  const seconds = read(body, 'initialSyncMaxWaitTime') ?? 0
  if (typeof seconds !== 'number' || seconds < 0) throw invalidAttribute('initialSyncMaxWaitTime')
  return seconds === 0 ? undefined : Math.min(Math.ceil(seconds * SECOND_MS), TIMER_MS_MAX)
}

function readText(body: JsonObject, name: string): string {
  const value = read(body, name) ?? ''
  if (typeof value !== 'string') throw invalidAttribute(name)
  return value
}

function readBoolean(body: JsonObject, name: string, absent: boolean): boolean {
  const value = read(body, name) ?? absent
  if (typeof value !== 'boolean') throw invalidAttribute(name)
  return value
}

function read(body: JsonObject, name: string): Json {
  return Object.hasOwn(body, name) ? body[name] : undefined
}

function invalidAttribute(name: string): RequestError {
  const message = `invalid value for <${name}>`
  return new RequestError(400, ERROR_NUMBER.invalidApplierConfiguration, message)
}
