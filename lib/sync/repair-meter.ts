import { addRepairs, NO_REPAIR, type RepairTotals } from './repair-totals.js'

/** Adds up what the synchronisation of one collection does. */
export class RepairMeter {
  #totals = NO_REPAIR

  /** The figures so far. */
  get totals(): RepairTotals {
    return this.#totals
  }

  add(part: Partial<RepairTotals>): void {
    this.#totals = addRepairs(this.#totals, { ...NO_REPAIR, ...part })
  }

  /** For whoever sends requests. */
  readonly onTransfer = (transferredBytes: number): void => {
    this.add({ transferredBytes })
  }
}
