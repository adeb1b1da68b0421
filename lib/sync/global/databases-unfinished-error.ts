import { ReplicationError } from '../../core/index.js'
import { UnfinishedCopyError } from '../unfinished-copy-error.js'

/** A database that could not be brought up, and why. */
export interface FailedDatabase {
  readonly database: string
  readonly error: unknown
}

/** What of a synchronisation of all databases was complete when it ended. */
export interface UnfinishedDatabases {
  /** Address of the source. */
  readonly source: string
  readonly failures: readonly FailedDatabase[]
  /** Names of the databases that are complete. */
  readonly complete: readonly string[]
  readonly databaseCount: number
}

/** Not all databases could be synchronised; those that are complete are not marked. */
export class DatabasesUnfinishedError extends ReplicationError {
  readonly code = 'ERR_DATABASES_UNFINISHED' as const
  readonly unfinished: UnfinishedDatabases

  constructor(unfinished: UnfinishedDatabases) {
    const { source, failures, complete, databaseCount } = unfinished
    const done = `${complete.length} of ${databaseCount} databases are complete`
    super(
      `Cannot finish the copy of all databases of ${source}: ${describe(failures)} (${done}; ` +
        'run the same command again to go on)',
      { cause: failures[0]?.error },
    )
    this.unfinished = unfinished
  }
}

function describe(failures: readonly FailedDatabase[]): string {
  const [first] = failures
  if (first === undefined) return 'it ended early'
  const reason = describeFailure(first.error)
  const others = failures.slice(1).map(({ database }) => `"${database}"`)
  const rest = others.length === 0 ? '' : `, nor could ${others.join(', ')}`
  return `"${first.database}" could not be brought up: ${reason}${rest}`
}

/** What a copy of a database failed with, without what that says of the rest of it. */
export function causeOf(error: unknown): unknown {
  return error instanceof UnfinishedCopyError ? error.cause : error
}

/** Why a database failed. */
export function describeFailure(error: unknown): string {
  const cause = causeOf(error)
  return cause instanceof Error ? cause.message : String(cause)
}
