import { SYSTEM_DATABASE, type StoreDatabase } from '../store/index.js'
import { ERROR_NUMBER } from '../wire/index.js'
import { fails, type StatusAbout } from './about.js'
import { RequestError } from './request-error.js'

/** What {@link assertSystem} answers. */
export const ONLY_IN_SYSTEM: StatusAbout = fails(403, 1230, 'in another database than `_system`')

/**
 * Checks that a request about all databases is made in `_system`.
 *
 * @throws RequestError 403 with errorNum 1230
 */
export function assertSystem({ name }: StoreDatabase): void {
  if (name === SYSTEM_DATABASE) return
  const message = 'operation only allowed in system database'
  throw new RequestError(403, ERROR_NUMBER.useSystemDatabase, message)
}
