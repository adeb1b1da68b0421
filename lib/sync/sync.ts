import assert from 'node:assert/strict'
import { filter, tap, type Observable } from 'rxjs'
import type { Source, Target } from '../replica/index.js'
import { fullSync } from './full-sync.js'
import { incrementalSync, type IncrementalSyncOptions } from './incremental-sync.js'
import { runToEnd } from './run-to-end.js'
import type { SyncEvent, SyncFinished } from './sync-event.js'

/** How {@link sync} makes a target equal to a source. */
export interface SyncOptions extends IncrementalSyncOptions {
  /** Move only what differs, as {@link incrementalSync} does. Default: false, copy everything. */
  readonly incremental?: boolean | undefined
}

/**
 * Makes the chosen collections of a target equal to those of a source: by copying everything, as
 * {@link fullSync} does, or with `incremental: true` by moving what differs, as
 * {@link incrementalSync} does.
 */
export function sync(
  source: Source,
  target: Target,
  options: SyncOptions = {},
): Observable<SyncEvent> {
  return options.incremental === true
    ? incrementalSync(source, target, options)
    : fullSync(source, target, options)
}

/**
 * Runs {@link sync}, and resolves when the target is equal to the source.
 *
 * @param onEvent - sees what happens
 * @throws UnfinishedCopyError when the run ended early; errors before the target was touched as they are
 */
export async function runSync(
  source: Source,
  target: Target,
  options: SyncOptions = {},
  onEvent?: (event: SyncEvent) => void,
): Promise<SyncFinished> {
  // It need not be the last one: giving the snapshot back, which comes after it, has notices too.
  const finished$ = sync(source, target, options).pipe(
    tap(onEvent),
    filter((event): event is SyncFinished => event.kind === 'finished'),
  )
  const finished = await runToEnd(finished$)
  assert.ok(finished !== undefined)
  return finished
}
