import { fails, type StatusAbout } from '../../../lib/server/about.js'
import type { Access, Endpoint } from '../../../lib/server/endpoint.js'

/** What every endpoint may answer, whatever it is about. */
export const EVERYWHERE: readonly StatusAbout[] = [
  fails(400, 400, 'the URL, or the request as a whole, cannot be read'),
  fails(404, 1228, 'the database of the path is unknown'),
  fails(405, 405, 'the path has no such method; `allow` lists those that it has'),
  fails(408, 408, 'the request came too slowly'),
  fails(413, 413, 'the body is too long, or brings too much'),
  fails(414, 414, 'the URL is too long'),
  fails(429, 429, 'too many logins failed; `retry-after` says how long to wait'),
  fails(431, 431, 'the headers are too long'),
  fails(500, 4, 'a fault of the leader'),
  fails(503, 30, 'the leader is closing'),
  fails(503, 32, 'a bound of the leader is reached; asking again later may help'),
  fails(503, 503, 'the leader is starting'),
]

const NO_NAME = fails(401, 11, 'no credentials, or wrong ones')
const NO_DATABASE = fails(401, 11, 'the caller has no grant on the database')
const NO_GRANT = fails(403, 11, 'the caller has not the grant that is needed')

/** What callers may get who have not the access. */
export function refusals(access: Access): readonly StatusAbout[] {
  if (access === 'open') return []
  if (access === 'known') return [NO_NAME]
  return access === 'database-ro' ? [NO_NAME, NO_DATABASE] : [NO_NAME, NO_DATABASE, NO_GRANT]
}

/** Everything that an endpoint may answer. */
export function allStatuses({ about, access }: Endpoint): readonly StatusAbout[] {
  return [...about.statuses, ...refusals(access), ...EVERYWHERE]
}
