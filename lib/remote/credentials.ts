import type { RemoteAddress } from '../replica/index.js'

/** How a server is told who asks; none of it shows in any message. */
export interface RemoteCredentials {
  /** Default: `root` when there is a password. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** A token; counts only without username and password. */
  readonly jwt?: string | undefined
}

/** Who asks where only a password was given. */
export const DEFAULT_USERNAME = 'root'

/**
 * Makes the `Authorization` header. A username inside the address wins over the credentials, and
 * takes from them at most the password.
 *
 * @returns undefined when nothing is known of who asks
 */
export function formatAuthorization(
  { username, password }: RemoteAddress,
  credentials: RemoteCredentials,
): string | undefined {
  if (username !== undefined) return basic(username, password ?? credentials.password)
  if (credentials.username !== undefined || credentials.password !== undefined) {
    return basic(credentials.username ?? DEFAULT_USERNAME, credentials.password)
  }
  return credentials.jwt === undefined ? undefined : `bearer ${credentials.jwt}`
}

function basic(username: string, password = ''): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
