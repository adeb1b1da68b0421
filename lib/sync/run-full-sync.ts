import assert from 'node:assert/strict'
import type { Source, Target } from '../replica/index.js'
import { fullSync, type FullSyncOptions } from './full-sync.js'
import { runToEnd } from './run-to-end.js'
import type { SyncEvent, SyncFinished } from './sync-event.js'

/**
 * Copies one database as {@link fullSync} does, and resolves when the copy is complete.
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
  const last = await runToEnd(fullSync(source, target, options), onEvent)
  assert.equal(last?.kind, 'finished')
  return last
}
