import { filter, tap } from 'rxjs'
import type { Source, Target } from '../../replica/index.js'
import { runToEnd } from '../run-to-end.js'
import type { FollowEvent, FollowProgress } from './follow-event.js'
import { followReplica, type FollowOptions } from './follow-replica.js'

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
  return runToEnd(
    followReplica(source, target, options).pipe(
      tap(onEvent),
      filter((event): event is FollowProgress => event.kind === 'followed'),
    ),
  )
}
