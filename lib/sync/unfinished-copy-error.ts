import { ReplicationError } from '../core/index.js'

/** What of a copy was complete when it ended early. */
export interface UnfinishedCopy {
  readonly source: string
  readonly target: string
  /** Names of the collections that are complete. */
  readonly complete: readonly string[]
  /** Collections that were to be copied. */
  readonly collectionCount: number
  /** The collection that was under way, and the documents of it that are in the target. */
  readonly current: { readonly collection: string; readonly documents: number } | undefined
}

/** A copy ended early; the target holds a part of it and is marked. */
export class UnfinishedCopyError extends ReplicationError {
  readonly code = 'ERR_COPY_UNFINISHED' as const
  readonly copy: UnfinishedCopy

  constructor(copy: UnfinishedCopy, cause: unknown) {
    super(`Cannot finish the copy of ${copy.source}: ${reasonOf(cause)} (${describe(copy)})`, {
      cause,
    })
    this.copy = copy
  }
}

function describe({ target, complete, collectionCount, current }: UnfinishedCopy): string {
  const part =
    current === undefined
      ? ''
      : `, "${current.collection}" has ${current.documents} documents so far`
  return (
    `${target} is marked "copy unfinished": ${complete.length} of ${collectionCount} collections ` +
    `are complete${part}; run the same command again to finish it`
  )
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
