import { readFileSync } from 'node:fs'
import { UsageError } from './usage-error.js'

/** Which end of a command a replica is; a command with one end uses `only`. */
export type ReplicaRole = 'only' | 'source' | 'target'

/** How a server is told who asks. */
export interface Credentials {
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly jwt?: string | undefined
}

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the credentials for one end of a command from the environment: `TIDEMARK_USERNAME`,
 * `TIDEMARK_PASSWORD` or `TIDEMARK_JWT`, or the same with `_SOURCE_` or `_TARGET_` in the middle,
 * which win. Each secret may be in a file instead: the same name with `_FILE` at its end.
 *
 * @throws UsageError when such a file cannot be read
 */
export function readCredentials(environment: Environment, role: ReplicaRole): Credentials {
  const own = role === 'only' ? undefined : readSet(environment, `TIDEMARK_${role.toUpperCase()}_`)
  return own !== undefined && isGiven(own) ? own : readSet(environment, 'TIDEMARK_')
}

/**
 * Reads a secret from the variable `name`, or from the file that `name` with `_FILE` tells.
 *
 * @throws UsageError when that file cannot be read
 */
export function readSecret(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  if (value !== undefined && value !== '') return value
  const file = environment[`${name}_FILE`]
  if (file === undefined || file === '') return undefined
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new UsageError(`Cannot read the file that ${name}_FILE names: ${file}`, { cause })
  }
}

function readSet(environment: Environment, prefix: string): Credentials {
  return {
    username: environment[`${prefix}USERNAME`],
    password: readSecret(environment, `${prefix}PASSWORD`),
    jwt: readSecret(environment, `${prefix}JWT`),
  }
}

function isGiven({ username, password, jwt }: Credentials): boolean {
  return [username, password, jwt].some((value) => value !== undefined)
}
