import { ERROR_NUMBER, parseLoggerState, type LoggerState } from '../../wire/index.js'
import { LOGGER_STATE_TASK } from '../fetch-logger-state.js'
import { RemoteIncompatibleError } from '../remote-error.js'
import { readSecond, type ServerMoment } from './clock-meter.js'
import type { ServerFacts, ServerRole } from './examination.js'
import { booleanOf, partOf, textOf, valueOf, type Outcome, type Prober } from './prober.js'

/** What a server tells of itself. */
export interface ServerProbes {
  readonly facts: ServerFacts
  readonly loggerState: Outcome<LoggerState>
}

/** What every version of ArangoDB calls itself, and tidemark too. */
const SERVER_NAME = 'arango'
/** As `/_admin/server/role` and `/_admin/status` have them. */
const ROLES: ReadonlyMap<string, ServerRole> = new Map([
  ['SINGLE', 'single'],
  ['COORDINATOR', 'coordinator'],
  ['PRIMARY', 'dbserver'],
  ['SECONDARY', 'dbserver'],
  ['AGENT', 'agent'],
])
const VERSION_TASK = 'examine the server'
const VERSION_PATH = '/_api/version'
const GATEWAY_STATUSES: readonly number[] = [502, 503, 504]
const SECOND_MS = 1000
/** `/_admin/time` tells fractions of a second. */
const TIME_RESOLUTION_MS = 1
const DB_SERVER_ROLE = 'DBServer'

/** Answer of `/_api/version`. */
export interface VersionAnswer {
  readonly version: string | undefined
  readonly license: string | undefined
}

/** Of a server that does not tell it. */
export const NO_VERSION: VersionAnswer = { version: undefined, license: undefined }

/**
 * Asks for the version: whoever answers that in the way of ArangoDB is one, or tidemark.
 *
 * @returns a refusal by the server; a closed port, for one, is thrown
 * @throws RemoteIncompatibleError 1403 when the answer is that of something else
 */
export async function probeVersion(prober: Prober): Promise<Outcome<VersionAnswer>> {
  const outcome = await prober.askJson({ task: VERSION_TASK, path: VERSION_PATH })
  if (outcome.isAnswered) {
    const { value } = outcome
    if (textOf(value, 'server') !== SERVER_NAME)
      throw foreign(prober, 'it names no server "arango"')
    const answer = { version: textOf(value, 'version'), license: textOf(value, 'license') }
    return { isAnswered: true, value: answer }
  }
  const { error, status, errorNum, reason } = outcome
  if (error?.code === 'ERR_REMOTE_ANSWER') throw foreign(prober, reason)
  // Errors of ArangoDB have a number of its own; those of others have none. What stands before a
  // server that does not answer says nothing of it.
  const isForeign = status !== 0 && errorNum === ERROR_NUMBER.leaderError
  if (isForeign && !GATEWAY_STATUSES.includes(status)) throw foreign(prober, reason)
  return outcome
}

/** Asks for the rest of what a server tells of itself, as far as the caller may know it. */
export async function probeServer(prober: Prober, version: VersionAnswer): Promise<ServerProbes> {
  const state = await probeState(prober)
  const engine = valueOf(await ask(prober, 'engine', '/_api/engine'))
  await prober.askTime({ task: 'read the time', path: '/_admin/time' }, readTime, (time) => time)
  const loggerState = await prober.askTime(
    { task: LOGGER_STATE_TASK, path: '/_api/replication/logger-state' },
    parseLoggerState,
    (logger) => readSecond(logger.state.time),
  )
  const logger = valueOf(loggerState)?.server
  const { productVersion } = prober
  return {
    loggerState,
    facts: {
      product: productVersion === undefined ? 'arangodb' : 'tidemark',
      productVersion,
      version: version.version ?? logger?.version,
      license: version.license,
      engine: textOf(engine, 'name') ?? logger?.engine,
      serverId: logger?.serverId,
      ...state,
      dbServers: state.role === 'coordinator' ? await probeDbServers(prober) : [],
    },
  }
}

/** What a server is, and how it is: both are told in more than one place, not all of them by all. */
async function probeState(
  prober: Prober,
): Promise<Pick<ServerFacts, 'role' | 'isReadOnly' | 'isInMaintenance'>> {
  const role = valueOf(await ask(prober, 'role', '/_admin/server/role'))
  const status = partOf(valueOf(await ask(prober, 'status', '/_admin/status')), 'serverInfo')
  const mode = valueOf(await ask(prober, 'mode', '/_admin/server/mode'))
  return {
    role: ROLES.get(textOf(role, 'role') ?? textOf(status, 'role') ?? ''),
    isReadOnly: booleanOf(status, 'readOnly') ?? isReadOnlyMode(prober, mode, role),
    isInMaintenance: booleanOf(status, 'maintenance'),
  }
}

/** Only administrators are told; whoever is not names the servers by himself. */
async function probeDbServers(prober: Prober): Promise<readonly string[]> {
  const health = partOf(valueOf(await ask(prober, 'cluster', '/_admin/cluster/health')), 'Health')
  return Object.entries(health ?? {})
    .filter(([, server]) => textOf(server, 'Role') === DB_SERVER_ROLE)
    .map(([id]) => id)
}

function ask(prober: Prober, what: string, path: string): Promise<Outcome<unknown>> {
  return prober.askJson({ task: `read the ${what} of the server`, path })
}

/** A tidemark leader tells its mode together with its role; that of ArangoDB means something else. */
function isReadOnlyMode(prober: Prober, mode: unknown, role: unknown): boolean | undefined {
  const told = textOf(prober.productVersion === undefined ? mode : role, 'mode')
  return told === undefined ? undefined : told === 'readonly'
}

function readTime(value: unknown): ServerMoment | undefined {
  // Kept as text where JavaScript would write the number in another way.
  const seconds = Number(String(partOf(value, 'time')))
  if (!Number.isFinite(seconds)) return undefined
  return { fromMs: Math.floor(seconds * SECOND_MS), resolutionMs: TIME_RESOLUTION_MS }
}

function foreign({ connection }: Prober, reason: string): RemoteIncompatibleError {
  const task = { task: VERSION_TASK, address: connection.address }
  const told = `it is neither ArangoDB nor tidemark (${VERSION_PATH}: ${reason})`
  return new RemoteIncompatibleError(task, told, ERROR_NUMBER.leaderIncompatible)
}
