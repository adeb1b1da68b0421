import { ERROR_NUMBER, type JsonObject } from '../../wire/index.js'
import { RequestError } from '../request-error.js'
import {
  invalidAttribute,
  parseSyncEndpoint,
  read,
  readBoolean,
  readCredentials,
  readDatabase,
  readRestriction,
  readText,
} from '../sync/index.js'
import { APPLIER_DEFAULTS, type ApplierConfig } from './applier-config.js'
import { formatConfig } from './format-config.js'

/** The longest that a timer can wait, in seconds. */
const SECONDS_MAX = (2 ** 31 - 1) / 1000

/** What a follower shows its leader, which belongs together. */
const SECRETS: readonly string[] = ['username', 'password', 'jwt']

/** Seconds of which the original takes only what is above 0 (client notes, section 5). */
const WAIT_TIMES: readonly string[] = [
  'connectionRetryWaitTime',
  'initialSyncMaxWaitTime',
  'idleMinWaitTime',
  'idleMaxWaitTime',
]

/**
 * Reads the body of `PUT applier-config` and `PUT make-follower`. What it leaves out stays as it was:
 * but the credentials only where the endpoint and its database do, lest they be shown to a server, or
 * read what, they were not given for.
 *
 * @param before - what it changes; {@link APPLIER_DEFAULTS} where there is none
 * @param database - the database that is followed into, and the one of the leader unless another is
 *   named; undefined for all databases, which names none
 * @throws RequestError 400 with errorNum 1410
 */
export function parseApplierConfig(
  body: JsonObject,
  before: ApplierConfig,
  database: string | undefined,
): ApplierConfig {
  const given = Object.fromEntries(
    Object.entries(body).filter(([name, value]) => value !== null && !isPassedOver(name, value)),
  )
  return readConfig({ ...keptOf(before, given), ...given }, database)
}

/**
 * Reads a whole configuration.
 *
 * @throws RequestError 400 with errorNum 1410
 */
export function readConfig(all: JsonObject, database: string | undefined): ApplierConfig {
  const { type = '', names = [] } = readRestriction(all) ?? {}
  return {
    endpoint: readEndpoint(all),
    database: database === undefined ? undefined : (readDatabase(all) ?? database),
    secret: readCredentials(all),
    ...readLimits(all),
    ...readSwitches(all),
    restrictType: type,
    restrictCollections: [...names],
  }
}

/** What of a configuration stays when another one is given. */
function keptOf(before: ApplierConfig, given: JsonObject): JsonObject {
  const all = formatConfig(before)
  if (keepsSecret(before, given)) return all
  return Object.fromEntries(Object.entries(all).filter(([name]) => !SECRETS.includes(name)))
}

/**
 * A password is of its user, and a token of nobody; whoever may change the configuration may still not
 * read other databases of the leader with what somebody else has shown it.
 */
function keepsSecret({ endpoint, database, secret }: ApplierConfig, given: JsonObject): boolean {
  if ((read(given, 'endpoint') ?? endpoint) !== endpoint) return false
  const isOfOne = database !== undefined
  if (isOfOne && (read(given, 'database') ?? database) !== database) return false
  const username = read(given, 'username')
  if (username !== undefined) return username === secret.username
  return read(given, 'jwt') === undefined
}

function readEndpoint(all: JsonObject): string {
  const endpoint = readText(all, 'endpoint')
  if (endpoint === '') throw noEndpoint()
  try {
    parseSyncEndpoint(endpoint)
  } catch {
    throw invalidAttribute('endpoint')
  }
  return endpoint
}

/** The answer where a follower does not know whom to follow. */
export function noEndpoint(): RequestError {
  const message = 'no endpoint configured'
  return new RequestError(400, ERROR_NUMBER.invalidApplierConfiguration, message)
}

type Limits = Pick<
  ApplierConfig,
  | 'requestTimeout'
  | 'connectTimeout'
  | 'ignoreErrors'
  | 'maxConnectRetries'
  | 'connectionRetryWaitTime'
  | 'lockTimeoutRetries'
  | 'sslProtocol'
  | 'chunkSize'
  | 'autoResyncRetries'
  | 'maxPacketSize'
  | 'initialSyncMaxWaitTime'
  | 'idleMinWaitTime'
  | 'idleMaxWaitTime'
>

function readLimits(all: JsonObject): Limits {
  return {
    requestTimeout: readSeconds(all, 'requestTimeout'),
    connectTimeout: readSeconds(all, 'connectTimeout'),
    ignoreErrors: readIgnored(all),
    maxConnectRetries: readCount(all, 'maxConnectRetries'),
    connectionRetryWaitTime: readSeconds(all, 'connectionRetryWaitTime'),
    lockTimeoutRetries: readCount(all, 'lockTimeoutRetries'),
    sslProtocol: readCount(all, 'sslProtocol'),
    chunkSize: readCount(all, 'chunkSize'),
    autoResyncRetries: readCount(all, 'autoResyncRetries'),
    maxPacketSize: readCount(all, 'maxPacketSize'),
    initialSyncMaxWaitTime: readSeconds(all, 'initialSyncMaxWaitTime'),
    idleMinWaitTime: readSeconds(all, 'idleMinWaitTime'),
    idleMaxWaitTime: readSeconds(all, 'idleMaxWaitTime'),
  }
}

type Switches = Pick<
  ApplierConfig,
  | 'skipCreateDrop'
  | 'autoStart'
  | 'adaptivePolling'
  | 'autoResync'
  | 'includeSystem'
  | 'includeFoxxQueues'
  | 'requireFromPresent'
  | 'verbose'
  | 'incremental'
>

function readSwitches(all: JsonObject): Switches {
  const isOn = (name: keyof Switches): boolean => readBoolean(all, name, APPLIER_DEFAULTS[name])
  return {
    skipCreateDrop: isOn('skipCreateDrop'),
    autoStart: isOn('autoStart'),
    adaptivePolling: isOn('adaptivePolling'),
    autoResync: isOn('autoResync'),
    includeSystem: isOn('includeSystem'),
    includeFoxxQueues: isOn('includeFoxxQueues'),
    requireFromPresent: isOn('requireFromPresent'),
    verbose: isOn('verbose'),
    incremental: isOn('incremental'),
  }
}

function readSeconds(all: JsonObject, name: keyof Limits): number {
  const value = read(all, name) ?? APPLIER_DEFAULTS[name]
  if (typeof value === 'number' && value > 0 && value <= SECONDS_MAX) return value
  throw invalidAttribute(name)
}

function readCount(all: JsonObject, name: keyof Limits): number {
  const value = read(all, name) ?? APPLIER_DEFAULTS[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw invalidAttribute(name)
}

/** `true` is all of them, and so is the number that the original answers for it. */
function readIgnored(all: JsonObject): number {
  const value = read(all, 'ignoreErrors') ?? APPLIER_DEFAULTS.ignoreErrors
  if (typeof value === 'boolean') return value ? Infinity : 0
  if (typeof value === 'number' && value > Number.MAX_SAFE_INTEGER) return Infinity
  return readCount(all, 'ignoreErrors')
}

function isPassedOver(name: string, value: unknown): boolean {
  return WAIT_TIMES.includes(name) && typeof value === 'number' && value <= 0
}
