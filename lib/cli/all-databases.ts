import assert from 'node:assert/strict'
import { formatAddress, type ReplicaAddress, type Source } from '../replica/index.js'
import type { CommandContext } from './context.js'
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

/**
 * Works with each database of a replica, as they are at one moment. Warnings and retries go to
 * stderr.
 *
 * @param source - of an address that passed {@link assertWholeReplica}
 */
export async function eachDatabase(
  { signal, stderr }: CommandContext,
  source: Source,
  work: (database: Source) => Promise<void>,
): Promise<void> {
  assert.ok(source.openGlobalSnapshot !== undefined)
  const snapshot = await source.openGlobalSnapshot({ signal })
  try {
    for (const name of snapshot.databases) {
      const database = snapshot.source(name)
      database.onNotice = ({ kind, message }) => {
        stderr.write(`${kind}: ${message}\n`)
      }
      await work(database).finally(() => database.close())
    }
  } finally {
    await snapshot.close()
  }
}
