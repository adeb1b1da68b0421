import type { CopyPlan } from './copy-plan.js'
import { addRepairs, NO_REPAIR, type RepairTotals } from './repair-totals.js'
import { addTotals, NO_TOTALS, type FinishedCollection, type SyncEvent } from './sync-event.js'
import { UnfinishedCopyError } from './unfinished-copy-error.js'

/** What of a run is done, kept for its end, good or bad. */
export class CopyProgress {
  readonly #plan: CopyPlan
  readonly #isMarked: boolean
  readonly #complete: FinishedCollection[] = []
  #current: { readonly collection: string; readonly documents: number } | undefined

  /** @param isMarked - whether the target is marked until the run is complete */
  constructor(plan: CopyPlan, isMarked: boolean) {
    this.#plan = plan
    this.#isMarked = isMarked
  }

  /** Looks at an event that passes. */
  note(event: SyncEvent): void {
    if (event.kind === 'collection-started') {
      this.#current = { collection: event.collection, documents: 0 }
    } else if (event.kind === 'progress') {
      this.#current = { collection: event.collection, documents: event.totals.documents }
    } else if (event.kind === 'repair-progress') {
      this.#current = { collection: event.collection, documents: event.totals.fetched }
    } else if (event.kind === 'collection-finished') {
      this.#current = undefined
      const { collection: name, totals, outcome, repair } = event
      this.#complete.push({ name, totals, outcome, ...(repair === undefined ? {} : { repair }) })
    }
  }

  /** The event that ends a run. */
  toFinished(): SyncEvent {
    const { snapshot, earlyViews, lateViews } = this.#plan
    const collections = this.#complete
    const repairs = collections.flatMap(({ repair }) => (repair === undefined ? [] : [repair]))
    return {
      kind: 'finished',
      tick: snapshot.tick,
      collections,
      views: earlyViews.length + lateViews.length,
      totals: collections.map(({ totals }) => totals).reduce(addTotals, NO_TOTALS),
      ...sumOf(repairs),
    }
  }

  /** The error that ends a run early. */
  toError(cause: unknown): UnfinishedCopyError {
    const { source, target, collections } = this.#plan
    const complete = this.#complete.map(({ name }) => name)
    const collectionCount = collections.length
    const copy = {
      source,
      target,
      complete,
      collectionCount,
      current: this.#current,
      isMarked: this.#isMarked,
    }
    return new UnfinishedCopyError(copy, cause)
  }
}

function sumOf(repairs: readonly RepairTotals[]): { readonly repair?: RepairTotals } {
  return repairs.length === 0 ? {} : { repair: repairs.reduce(addRepairs, NO_REPAIR) }
}
