import type { ApplyGroupsResult, ChangeGroup, LogPosition } from '../replica/index.js'
import { GroupApplier } from './group-applier.js'
import { putPosition } from './follow-position.js'
import { requireDatabase } from './require-database.js'
import type { ApplyGroupsOptions } from './write-options.js'
import type { StoreWriter } from './store-writer.js'
import { TRANSACTION_ROWS_MAX } from './write-queue.js'

/**
 * Applies groups of markers in order. All of them and the position are one write: what was applied
 * never comes again after a crash, and what comes again was not applied.
 *
 * A copy can be younger than the tick from which its log is read. Then markers come whose effect is
 * there already, or was replaced: a document with the same key and revision stays as it is, and one
 * that is put over a younger one, or removed, comes again, since the log goes on to where the copy was
 * taken and beyond. Only in between is the data older than it was.
 */
export async function applyGroups(
  writer: StoreWriter,
  groups: readonly ChangeGroup[],
  position: LogPosition,
  { database, ignoresUnknown = false, signal }: ApplyGroupsOptions,
): Promise<ApplyGroupsResult> {
  signal?.throwIfAborted()
  const rows = groups.reduce((sum, { markerCount }) => sum + markerCount, 1)
  const applied = await writer.write(
    (transaction) => {
      signal?.throwIfAborted()
      if (database !== undefined) requireDatabase(transaction, database.id, 'apply a log')
      const scope = { databaseId: database?.id, ignoresUnknown, nowMs: writer.now() }
      const applier = new GroupApplier(transaction, scope)
      for (const group of groups) applier.apply(group)
      const result = applier.finish()
      putPosition(transaction.tables.meta, database?.id, position)
      return { result, hasRetired: applier.hasRetired }
    },
    Math.min(rows, TRANSACTION_ROWS_MAX),
  )
  if (applied.hasRetired) {
    writer.purge()
    await writer.buildIndexes(signal)
  }
  return applied.result
}
