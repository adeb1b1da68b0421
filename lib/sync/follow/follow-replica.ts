import type { Observable } from 'rxjs'
import type { Source, Target } from '../../replica/index.js'
import { sync } from '../sync.js'
import type { FollowEvent } from './follow-event.js'
import { followLog } from './follow-log.js'
import type { FollowOptions } from './follow-options.js'

/**
 * Copies a database into a target and keeps it equal from then on: what the log of the source tells
 * is applied, whole transactions in their order, and how far that has come is saved in the target
 * together with the data. Ended at any moment, by a crash too, and begun again, it goes on from there
 * without another copy. Cold: each subscription is one run; it never completes by itself unless
 * `until` says so.
 *
 * Collections that were not chosen are left alone. The choice belongs to the position: another one
 * is refused, or with `incremental` brought up to date first.
 *
 * @throws as errors of the Observable: FollowReplicaError when it cannot begin or had to be
 *   synchronised too often, a TailError where the log does not go on from the position, a FollowError
 *   when a marker cannot be applied, UnfinishedCopyError when a copy ended early
 */
export function followReplica(
  source: Source,
  target: Target,
  options: FollowOptions = {},
): Observable<FollowEvent> {
  const { collections, exclude, includeSystem, includeFoxxQueues, skipsUnknown } = options
  const { signal, maxInFlightBytes, workers } = options
  const chosen = { collections, exclude, includeSystem, includeFoxxQueues, skipsUnknown }
  const copyOptions = { ...chosen, signal, maxInFlightBytes, workers, isFollowed: true }
  return followLog({
    source,
    target,
    isGlobal: false,
    options,
    copy: (incremental) => sync(source, target, { ...copyOptions, incremental }),
  })
}
