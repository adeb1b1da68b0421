import { concat, type Observable } from 'rxjs'
import type { TargetCopy } from '../replica/index.js'
import { isFilledFirst, isFilledLast, type CopyPlan } from './copy-plan.js'
import { makeViews } from './run-copy.js'
import type { SyncEvent } from './sync-event.js'

/**
 * Fills collections in the order of arangorestore (client notes, 4.5): analyzers before the views that
 * need them, then all others, then views over their indexes; users last, since they may lock out who
 * writes.
 *
 * @param opened - as many as `plan.collections`, in that order
 * @param fill - fills collections that do not depend on each other; each comes with its place
 */
export function fillPhases<Opened>(
  plan: CopyPlan,
  copy: TargetCopy,
  opened: readonly Opened[],
  fill: (entries: readonly (readonly [number, Opened])[]) => Observable<SyncEvent>,
): Observable<SyncEvent> {
  const entries = [...opened.entries()]
  const nameOf = (index: number): string => plan.collections[index]?.definition.name ?? ''
  const chosen = (isWanted: (name: string) => boolean): Observable<SyncEvent> =>
    fill(entries.filter(([index]) => isWanted(nameOf(index))))
  return concat(
    chosen(isFilledFirst),
    makeViews(copy, plan.earlyViews),
    chosen((name) => !isFilledFirst(name) && !isFilledLast(name)),
    makeViews(copy, plan.lateViews),
    chosen(isFilledLast),
  )
}
