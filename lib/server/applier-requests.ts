import { SYSTEM_DATABASE, type Store, type StoreDatabase } from '../store/index.js'
import {
  answers,
  attribute,
  BAD_BODY,
  fails,
  queryFlag,
  type ParameterAbout,
  type StatusAbout,
} from './about.js'
import { jsonAnswer, type Answer } from './answer.js'
import type { Appliers } from './applier/index.js'
import type { EndpointRequest } from './endpoint.js'
import { booleanParameter, type Parameters } from './parameters.js'
import { forbidden } from './request-error.js'

/*
 * What the endpoints of background followers share.
 */

/** Which follower is meant. */
export interface ApplierTarget {
  /** That of all databases, instead of the one of the path. */
  readonly isGlobal: boolean
}

/** The parameter of {@link readTarget}. */
export const GLOBAL: ParameterAbout = queryFlag(
  'global',
  'the follower of all databases; only in `_system`, for administrators',
  false,
)

/** What {@link targetOf} throws. */
export const NOT_GLOBAL: StatusAbout = fails(
  403,
  11,
  '`global` in another database than `_system`, or by no administrator',
)

/** What {@link targetOf} and {@link assertMayFollow} throw. */
export const MAY_NOT_FOLLOW: StatusAbout = fails(
  403,
  11,
  '`global` in another database than `_system`, or by no administrator; or a collection of the ' +
    'database may not be changed',
)

/** A state document was answered. */
export const STATE: StatusAbout = answers(200, '`{state, server, endpoint, database}`')

/** What starting throws. */
export const NOT_STARTED: readonly StatusAbout[] = [
  fails(
    400,
    1411,
    'the database is written to already: by a synchronisation, or by the follower of all databases; ' +
      'that one has to be alone',
  ),
  fails(503, 32, 'as many are running as may be'),
]

/** What a body with a configuration may get. */
export const BAD_CONFIG: readonly StatusAbout[] = [
  BAD_BODY,
  fails(400, 10, 'the body is no object'),
  fails(400, 1410, 'there is no endpoint, or an attribute is not of its type or out of its bounds'),
]

/** The configuration of a follower, in the order in which it is answered. */
export const CONFIG_ATTRIBUTES: readonly ParameterAbout[] = [
  attribute('endpoint', 'text', '`tcp`, `ssl`, `http` or `https`, `://HOST:PORT`'),
  attribute('database', 'text', 'its database', 'that of the path'),
  attribute('username', 'text', 'who asks there'),
  attribute('password', 'text', 'counts with a username only; never answered'),
  attribute('jwt', 'text', 'a token; counts without a username only; never answered'),
  attribute('requestTimeout', 'number', 'seconds without an answer', '600'),
  attribute('connectTimeout', 'number', 'seconds', '10'),
  attribute('ignoreErrors', 'number', 'markers that may fail; `true`: any number', '0'),
  attribute('maxConnectRetries', 'number', 'failures in a row before it stops', '100'),
  attribute('lockTimeoutRetries', 'number', 'kept, and without effect', '0'),
  attribute('sslProtocol', 'number', 'kept, and without effect', '0'),
  attribute('chunkSize', 'number', 'bytes of an answer of the log; 0: as the follower likes', '0'),
  attribute('skipCreateDrop', 'boolean', 'kept, and without effect', 'false'),
  attribute('autoStart', 'boolean', 'start with the server', 'false'),
  attribute('adaptivePolling', 'boolean', 'ask less often while nothing happens', 'true'),
  attribute('autoResync', 'boolean', 'synchronise anew where the log does not go on', 'false'),
  attribute('autoResyncRetries', 'number', 'times in a row', '2'),
  attribute('maxPacketSize', 'number', 'kept, and without effect', '536870912'),
  attribute('includeSystem', 'boolean', 'system collections too', 'true'),
  attribute('includeFoxxQueues', 'boolean', '`_jobs` and `_queues` too', 'false'),
  attribute('requireFromPresent', 'boolean', 'stop where the log has a gap', 'true'),
  attribute('verbose', 'boolean', 'kept, and without effect', 'false'),
  attribute('incremental', 'boolean', 'synchronise by what differs', 'false'),
  attribute('restrictType', 'text', '`include` or `exclude` those listed', 'none'),
  attribute('restrictCollections', 'array', 'names of collections', '[]'),
  attribute('connectionRetryWaitTime', 'number', 'seconds', '15'),
  attribute('initialSyncMaxWaitTime', 'number', 'seconds of silence of a synchronisation', '300'),
  attribute('idleMinWaitTime', 'number', 'seconds between looks at a log without news', '1'),
  attribute('idleMaxWaitTime', 'number', 'the same after a while', '2.5'),
]

/** Reads which follower is meant. */
export function readTarget(query: Parameters): ApplierTarget {
  return { isGlobal: booleanParameter(query, 'global') ?? false }
}

/**
 * The database that a follower writes to; undefined for all of them.
 *
 * @throws RequestError 403 with errorNum 11
 */
export function targetOf(
  { isGlobal }: ApplierTarget,
  { database, permissions }: Pick<EndpointRequest, 'database' | 'permissions'>,
): StoreDatabase | undefined {
  if (!isGlobal) return database
  if (database.name !== SYSTEM_DATABASE) {
    throw forbidden('the global follower is reached from within the _system database only')
  }
  if (permissions.database(SYSTEM_DATABASE) === 'rw') return undefined
  throw forbidden('the global follower is for administrators')
}

/**
 * Checks that the caller may have everything replaced that a follower can: it changes what its leader
 * says, without asking again.
 *
 * @throws RequestError 403 with errorNum 11
 */
export function assertMayFollow(
  target: StoreDatabase | undefined,
  { permissions }: Pick<EndpointRequest, 'permissions'>,
  store: Pick<Store, 'collections'>,
): void {
  if (target === undefined) return
  for (const { definition } of store.collections(target)) {
    if (permissions.collection(target.name, definition.name) === 'rw') continue
    throw forbidden(`no permission to write to collection "${definition.name}"`)
  }
}

/** A follower's state. */
export function stateAnswer(appliers: Appliers, target: StoreDatabase | undefined): Answer {
  return jsonAnswer(appliers.of(target).describe())
}
