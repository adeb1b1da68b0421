import { filter, tap, type Observable } from 'rxjs'
import type { Source, Target } from '../../replica/index.js'
import { runToEnd } from '../run-to-end.js'
import {
  followAllDatabases,
  type FollowAllEvent,
  type FollowAllOptions,
} from './follow-all-databases.js'
import type { FollowEvent, FollowProgress } from './follow-event.js'
import type { FollowOptions } from './follow-options.js'
import { followReplica } from './follow-replica.js'

/**
 * Runs {@link followReplica}, and resolves when it has caught up, if `until` says so; else it ends
 * only with an error, such as the signal's.
 *
 * @param onEvent - sees what happens
 * @returns how far it came; undefined when nothing was told of that
 * @throws what `followReplica` fails with
 */
export function runFollow(
  source: Source,
  target: Target,
  options: FollowOptions = {},
  onEvent?: (event: FollowEvent) => void,
): Promise<FollowProgress | undefined> {
  return lastProgress(followReplica(source, target, options).pipe(tap(onEvent)))
}

/**
 * As {@link runFollow}, with {@link followAllDatabases}.
 *
 * @throws what `followAllDatabases` fails with
 */
export function runFollowAll(
  source: Source,
  target: Target,
  options: FollowAllOptions = {},
  onEvent?: (event: FollowAllEvent) => void,
): Promise<FollowProgress | undefined> {
  return lastProgress(followAllDatabases(source, target, options).pipe(tap(onEvent)))
}

function lastProgress(
  event$: Observable<FollowEvent | FollowAllEvent>,
): Promise<FollowProgress | undefined> {
  return runToEnd(
    event$.pipe(filter((event): event is FollowProgress => event.kind === 'followed')),
  )
}
