import type { Observable } from 'rxjs'
import type { Source, Target } from '../../replica/index.js'
import type { GlobalSyncEvent } from '../global/global-sync-event.js'
import type { SyncAllOptions } from '../global/global-plan.js'
import { syncAllDatabases } from '../global/sync-all-databases.js'
import type { FollowGap, FollowProgress, FollowStarted } from './follow-event.js'
import { followLog } from './follow-log.js'
import type { FollowingOptions } from './follow-options.js'

/** What happened while a target follows all databases of a source. Copies tell their own. */
export type FollowAllEvent = GlobalSyncEvent | FollowStarted | FollowProgress | FollowGap

/** How {@link followAllDatabases} follows. */
export interface FollowAllOptions
  extends
    FollowingOptions,
    Pick<
      SyncAllOptions,
      | 'collections'
      | 'exclude'
      | 'includeSystem'
      | 'includeFoxxQueues'
      | 'skipsUnknown'
      | 'signal'
      | 'maxInFlightBytes'
      | 'workers'
      | 'deleteExtra'
    > {}

/**
 * Copies all databases into a target, as `syncAllDatabases` does, and keeps them equal from then on:
 * what the log of all tells is applied, databases being made and dropped too, and how far that has
 * come is saved in the target together with the data. It begins and ends as `followReplica` does.
 *
 * `deleteExtra` holds for each copy. While the log is followed, what only the target has stays, until
 * the source makes something of its name.
 *
 * @param source - its database `_system`, of a server or a store
 * @param target - its database `_system`
 * @throws as errors of the Observable: those of `followReplica`; DatabasesUnfinishedError when a copy
 *   ended early; a RangeError for another database than `_system`
 */
export function followAllDatabases(
  source: Source,
  target: Target,
  options: FollowAllOptions = {},
): Observable<FollowAllEvent> {
  const { collections, exclude, includeSystem, includeFoxxQueues, skipsUnknown } = options
  const { signal, maxInFlightBytes, workers, deleteExtra } = options
  const chosen = { collections, exclude, includeSystem, includeFoxxQueues, skipsUnknown }
  const copyOptions = { ...chosen, signal, maxInFlightBytes, workers, deleteExtra }
  return followLog({
    source,
    target,
    isGlobal: true,
    options,
    copy: (incremental) =>
      syncAllDatabases(source, target, { ...copyOptions, incremental, isFollowed: true }),
  })
}
