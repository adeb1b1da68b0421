import { formatAddress, type ReplicaAddress } from '../replica/index.js'
import { UsageError } from './usage-error.js'

/** The database through which all of them are reached; an address without a name means it. */
const SYSTEM_DATABASE = '_system'

/**
 * Checks that --all-databases can be had of an address.
 *
 * @throws UsageError for a dump directory, and for an address that names one database
 */
export function assertWholeReplica(address: ReplicaAddress): void {
  const action = `Cannot take all databases of ${formatAddress(address)}`
  if (address.kind === 'directory') {
    throw new UsageError(`${action}: a dump directory holds one; a server or a store has several`)
  }
  if (address.database !== SYSTEM_DATABASE) {
    throw new UsageError(`${action}: it names one of them; leave the name out`)
  }
}
