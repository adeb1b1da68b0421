import { formatAddress, type ReplicaAddress, type Source } from '../replica/index.js'
import type { CommandContext } from './context.js'
import { noticeLine } from './printable.js'
import { UsageError } from './usage-error.js'

/** The database through which all of them are reached; an address without a name means it. */
const SYSTEM_DATABASE = '_system'

/**
 * Checks that --all-databases can be had of an address.
 *
 * @throws UsageError for an address that names one database
 */
export function assertWholeReplica(address: ReplicaAddress): void {
  // Whether a directory holds the dump of one database or those of all is seen when it is opened.
  if (address.kind === 'directory') return
  const action = `Cannot take all databases of ${formatAddress(address)}`
  if (address.database !== SYSTEM_DATABASE) {
    throw new UsageError(`${action}: it names one of them; leave the name out`)
  }
}

/**
 * Checks that an open source has all databases.
 *
 * @throws UsageError for the dump of one
 */
export function assertHasAll(source: Source): asserts source is WholeSource {
  if (source.openGlobalSnapshot !== undefined) return
  const reason = 'it is the dump of one; name the directory that its sub-directory is in'
  throw new UsageError(`Cannot take all databases of ${source.address}: ${reason}`)
}

type WholeSource = Source & Required<Pick<Source, 'openGlobalSnapshot'>>

/**
 * Works with each database of a replica, as they are at one moment. Warnings and retries go to
 * stderr.
 *
 * @param source - of an address that passed {@link assertWholeReplica}
 * @throws UsageError as {@link assertHasAll}
 */
export async function eachDatabase(
  { signal, stderr }: CommandContext,
  source: Source,
  work: (database: Source) => Promise<void>,
): Promise<void> {
  assertHasAll(source)
  const snapshot = await source.openGlobalSnapshot({ signal })
  try {
    for (const name of snapshot.databases) {
      const database = snapshot.source(name)
      database.onNotice = ({ kind, message }) => {
        stderr.write(noticeLine({ kind, message }))
      }
      await work(database).finally(() => database.close())
    }
  } finally {
    await snapshot.close()
  }
}
