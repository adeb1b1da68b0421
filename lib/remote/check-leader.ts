import { ERROR_NUMBER, type LoggerState } from '../wire/index.js'
import { RemoteAnswerError, RemoteIncompatibleError, type RemoteTask } from './remote-error.js'

const MAJOR_VERSION = 3
const VERSION = /^(\d+)\.(\d+)(?:\.(\d+))?/
const SERVER_ID = /^\d{1,20}$/

/** The numbers of a server's version. */
export interface ServerVersion {
  readonly major: number
  readonly minor: number
  /** 0 where it is not told. */
  readonly patch: number
}

/**
 * Makes sure that a server can be followed, as followers do (client notes, 1.2).
 *
 * @param ownId - the id that this client gave as its own
 * @returns the server's version
 * @throws {@link RemoteAnswerError} when its state lacks a log position or an id
 * @throws {@link RemoteIncompatibleError} when its version is not 3, or it is the client itself
 */
export function checkLeader(
  { state, server }: LoggerState,
  ownId: string,
  task: RemoteTask,
): ServerVersion {
  if (state.lastLogTick === 0n) {
    throw new RemoteAnswerError(task, 'its log has no position, lastLogTick is 0')
  }
  if (!SERVER_ID.test(server.serverId) || BigInt(server.serverId) === 0n) {
    throw new RemoteAnswerError(task, 'it tells no server id')
  }
  if (server.serverId === ownId) {
    throw new RemoteIncompatibleError(task, 'it has the id of this client', ERROR_NUMBER.loop)
  }
  const version = readVersion(server.version)
  if (version?.major !== MAJOR_VERSION) {
    const reason = `it is of version "${server.version}", and only 3 can be read`
    throw new RemoteIncompatibleError(task, reason, ERROR_NUMBER.leaderIncompatible)
  }
  return version
}

/** Tells whether a server of version 3 is of this one or newer. */
export function isAtLeast(version: ServerVersion, minor: number, patch = 0): boolean {
  return version.minor > minor || (version.minor === minor && version.patch >= patch)
}

function readVersion(text: string): ServerVersion | undefined {
  const [, major, minor, patch = '0'] = VERSION.exec(text) ?? []
  if (major === undefined) return undefined
  return { major: Number(major), minor: Number(minor), patch: Number(patch) }
}
