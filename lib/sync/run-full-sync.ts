import type { Source, Target } from '../replica/index.js'
import type { FullSyncOptions } from './full-sync.js'
import { runSync } from './sync.js'
import type { SyncEvent, SyncFinished } from './sync-event.js'

/**
 * Copies one database as `fullSync` does, and resolves when the copy is complete.
 *
 * @param onEvent - sees what happens
 * @throws UnfinishedCopyError when the copy ended early; earlier errors as they are
 */
export async function runFullSync(
  source: Source,
  target: Target,
  options: FullSyncOptions = {},
  onEvent?: (event: SyncEvent) => void,
): Promise<SyncFinished> {
  return runSync(source, target, { ...options, incremental: false }, onEvent)
}
