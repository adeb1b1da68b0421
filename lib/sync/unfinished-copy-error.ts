import { ReplicationError } from '../core/index.js'

/** What of a copy was complete when it ended early. */
export interface UnfinishedCopy {
  readonly source: string
  readonly target: string
  /** Names of the collections that are complete. */
  readonly complete: readonly string[]
  /** Collections that were to be copied. */
  readonly collectionCount: number
  /** The collections that were under way, and the documents of each that are in the target. */
  readonly underWay: readonly { readonly collection: string; readonly documents: number }[]
  /** True where the target says of itself that it is not complete. */
  readonly isMarked: boolean
}

/** A copy ended early; the target holds a part of it, and is marked where it keeps a mark. */
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

function describe(copy: UnfinishedCopy): string {
  const { target, complete, collectionCount, underWay, isMarked } = copy
  const state = isMarked ? 'is marked "copy unfinished"' : 'holds a part of the copy'
  const part = underWay
    .map(({ collection, documents }) => `, "${collection}" has ${documents} documents so far`)
    .join('')
  return (
    `${target} ${state}: ${complete.length} of ${collectionCount} collections ` +
    `are complete${part}; run the same command again to finish it`
  )
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
