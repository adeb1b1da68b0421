import { NOTHING_WRITTEN } from '../replica/index.js'
import type { CopyPlan } from './copy-plan.js'
import { addRepairs, NO_REPAIR, type RepairTotals } from './repair-totals.js'
import {
  addTotals,
  NO_TOTALS,
  type CollectionFinished,
  type FinishedCollection,
  type SyncEvent,
} from './sync-event.js'
import { UnfinishedCopyError } from './unfinished-copy-error.js'

/** What of a run is done, kept for its end, good or bad. */
export class CopyProgress {
  readonly #plan: CopyPlan
  readonly #isMarked: boolean
  readonly #complete: (FinishedCollection & { readonly index: number })[] = []
  /** Documents in the target of each collection that is under way. */
  readonly #underWay = new Map<string, number>()

  /** @param isMarked - whether the target is marked until the run is complete */
  constructor(plan: CopyPlan, isMarked: boolean) {
    this.#plan = plan
    this.#isMarked = isMarked
  }

  /** Looks at an event that passes. */
  note(event: SyncEvent): void {
    if (event.kind === 'collection-started') {
      this.#underWay.set(event.collection, 0)
    } else if (event.kind === 'progress') {
      this.#underWay.set(event.collection, event.totals.documents)
    } else if (event.kind === 'repair-progress') {
      this.#underWay.set(event.collection, event.totals.fetched)
    } else if (event.kind === 'collection-finished') {
      this.#finish(event)
    }
  }

  #finish({ collection: name, index, totals, outcome, repair }: CollectionFinished): void {
    this.#underWay.delete(name)
    const figures = { totals, outcome, ...(repair === undefined ? {} : { repair }) }
    this.#complete.push({ name, index, ...figures })
  }

  /** The event that ends a run; collections are in the order of the plan. */
  toFinished(): SyncEvent {
    const { snapshot, earlyViews, lateViews, transforms } = this.#plan
    const collections = this.#complete
      .toSorted((a, b) => a.index - b.index)
      .map(({ index: _place, ...finished }) => finished)
    const repairs = collections.flatMap(({ repair }) => (repair === undefined ? [] : [repair]))
    const routed = transforms?.routed ?? NOTHING_WRITTEN
    return {
      kind: 'finished',
      tick: snapshot.tick,
      collections,
      views: earlyViews.length + lateViews.length,
      totals: collections
        .map(({ totals }) => totals)
        .reduce(addTotals, { ...NO_TOTALS, ...routed }),
      ...sumOf(repairs),
      ...(transforms === undefined ? {} : { transformed: transforms.totals }),
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
      underWay: Array.from(this.#underWay, ([collection, documents]) => ({
        collection,
        documents,
      })),
      isMarked: this.#isMarked,
    }
    return new UnfinishedCopyError(copy, cause)
  }
}

function sumOf(repairs: readonly RepairTotals[]): { readonly repair?: RepairTotals } {
  return repairs.length === 0 ? {} : { repair: repairs.reduce(addRepairs, NO_REPAIR) }
}
