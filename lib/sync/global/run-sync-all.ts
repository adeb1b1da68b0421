import assert from 'node:assert/strict'
import { filter, tap } from 'rxjs'
import type { Source, Target } from '../../replica/index.js'
import { runToEnd } from '../run-to-end.js'
import type { SyncAllOptions } from './global-plan.js'
import type { GlobalSyncEvent, GlobalSyncFinished } from './global-sync-event.js'
import { syncAllDatabases } from './sync-all-databases.js'

/**
 * Runs {@link syncAllDatabases}, and resolves when all databases are equal to those of the source.
 *
 * @param onEvent - sees what happens
 * @throws what `syncAllDatabases` fails with
 */
export async function runSyncAll(
  source: Source,
  target: Target,
  options: SyncAllOptions = {},
  onEvent?: (event: GlobalSyncEvent) => void,
): Promise<GlobalSyncFinished> {
  const finished$ = syncAllDatabases(source, target, options).pipe(
    tap(onEvent),
    filter((event): event is GlobalSyncFinished => event.kind === 'databases-finished'),
  )
  const finished = await runToEnd(finished$)
  assert.ok(finished !== undefined)
  return finished
}
