import type { MerklePool } from '../merkle/index.js'
import type { TargetCopy, TargetRepair } from '../replica/index.js'
import { assertSharesRevisions } from './assert-shares-revisions.js'
import { checkRenamed } from './check-renamed.js'
import {
  chooseWay,
  compareAligned,
  compareTrees,
  type ComparedTrees,
  type TargetCollectionView,
} from './compare-collection.js'
import { IncomparableError, NoRevisionsError } from './incomparable-error.js'
import { moveDifferences, type MovedDifferences } from './move-differences.js'
import type { RepairMeter } from './repair-meter.js'
import type { SourceCollection } from './source-collection.js'
import {
  addTotals,
  NO_TOTALS,
  type CollectionOutcome,
  type CollectionTotals,
  type SyncEvent,
} from './sync-event.js'
import { TreesDifferError } from './trees-differ-error.js'
import { withTargetCollection } from './with-target.js'

/**
 * How often what differs is moved before a repair is given up, if the last round did what an earlier
 * one had done. Where keys have each other's revisions every round can uncover one more: to write a
 * document may take away another revision of its key, which the source has elsewhere.
 */
const ROUNDS_MAX = 3
/** The same for rounds that do something else each time. */
const PROGRESSING_ROUNDS_MAX = 100

/** What a collection is repaired with. */
export interface CollectionRepair {
  readonly copy: TargetCopy
  readonly source: SourceCollection
  readonly into: TargetRepair
  /** The name that it had at the target before this run, if another one. */
  readonly oldName: string | undefined
  /** 0-based place among the collections of this run. */
  readonly index: number
  readonly pool: MerklePool
  readonly maxInFlightBytes: number | undefined
  readonly meter: RepairMeter
  readonly signal: AbortSignal
  readonly emit: (event: SyncEvent) => void
}

/** All of a collection has to be copied. */
export interface CopyNeeded {
  /** Why it could not be compared; undefined when there was nothing to compare. */
  readonly reason: string | undefined
  /** True when the target's definition was changed already. */
  readonly isChanged?: boolean | undefined
  /** True when the source only lacks revisions, so that it may know the older way, by keys. */
  readonly lacksRevisions?: boolean | undefined
}

/**
 * Makes one collection equal to that of the source: its properties and indexes, then its documents,
 * by the revision trees of both sides (client notes, 2.1). What differs is moved until the trees are
 * equal; each round looks at the target anew.
 *
 * @returns what has to be done instead, when the collection cannot be compared
 * @throws {@link TreesDifferError} when the trees still differ after three rounds, or when a later one
 *   does what an earlier one had done
 */
export async function repairCollection(repair: CollectionRepair): Promise<CopyNeeded | undefined> {
  const repairer = new Repairer(repair)
  try {
    return await repairer.run()
  } catch (error) {
    if (!(error instanceof IncomparableError)) throw error
    const lacksRevisions = error instanceof NoRevisionsError
    return { reason: error.message, isChanged: repairer.isChanged, lacksRevisions }
  }
}

class Repairer {
  readonly #repair: CollectionRepair
  #totals: CollectionTotals = NO_TOTALS
  #rounds = 0
  #isAligned = false
  #isNameChecked = false
  #isChanged = false
  #last: MovedDifferences | undefined
  /** What the rounds before the last one did. */
  readonly #before = new Set<string>()

  constructor(repair: CollectionRepair) {
    this.#repair = repair
  }

  /** True when the target's definition, or its name, was changed. */
  get isChanged(): boolean {
    return this.#isChanged
  }

  async run(): Promise<CopyNeeded | undefined> {
    const { source, into, oldName } = this.#repair
    const isChanged = await into.change(source.collection.definition)
    this.#isChanged = isChanged || oldName !== undefined
    const way = await this.#withTarget(({ collection }) => chooseWay(source, collection))
    if (way === 'copy') return { reason: undefined }
    let outcome: CollectionOutcome | undefined
    while (outcome === undefined) {
      outcome = await this.#withTarget((target) =>
        way === 'equal' ? this.#finish('equal', target) : this.#runRound(target),
      )
    }
    return undefined
  }

  /** @returns undefined when the target has to be looked at once more */
  async #runRound(target: TargetCollectionView): Promise<CollectionOutcome | undefined> {
    const { source, pool, signal, into, oldName } = this.#repair
    const compare = into.alignTree === undefined ? compareAligned : compareTrees
    const trees = await compare(source, target, { pool, signal })
    if (trees.sourceTree.count === 0) return this.#truncate(trees, target)
    if (!this.#isNameChecked) {
      await checkRenamed({ source, target, trees, oldName, signal })
      this.#isNameChecked = true
    }
    if (trees.ranges.length > 0 && (await this.#align(trees))) return undefined
    this.#emitCompared(trees)
    if (into.removeKeys !== undefined && this.#rounds === 0) {
      await assertSharesRevisions({ source, target, trees, signal })
    }
    if (trees.ranges.length === 0) {
      return this.#finish(this.#rounds === 0 ? 'equal' : 'repaired', target)
    }
    this.#beginMoving(trees)
    await this.#move(trees, target)
    return undefined
  }

  /** @throws IncomparableError when the target gave revisions of its own */
  async #move({ ranges }: ComparedTrees, target: TargetCollectionView): Promise<void> {
    this.#last = await moveDifferences({ ...this.#repair, target, ranges }, (moved) => {
      this.#totals = addTotals(this.#totals, moved)
      this.#emitProgress()
    })
    if (this.#totals.replacedRevisions === 0) return
    const { name } = this.#repair.into.definition
    throw new IncomparableError(`"${name}" has revisions that the target cannot keep`)
  }

  /**
   * Moves the target's tree to where the source's begins, so that their leaves can be compared. Where
   * documents of the target are in the way, it is tried again once they were moved.
   */
  async #align({ sourceTree, targetTree }: ComparedTrees): Promise<boolean> {
    if (this.#isAligned || sourceTree.initialRangeMin === targetTree.initialRangeMin) return false
    const { into } = this.#repair
    if (into.alignTree === undefined) return false
    this.#isAligned = true
    await into.alignTree(sourceTree.initialRangeMin)
    return true
  }

  /** @throws TreesDifferError when another round would be of no use */
  #beginMoving(trees: ComparedTrees): void {
    if (this.#rounds >= ROUNDS_MAX && !this.#isProgressing()) throw this.#toError(trees)
    if (this.#last !== undefined) this.#before.add(this.#last.digest)
    this.#rounds += 1
    this.#isAligned = false
  }

  #isProgressing(): boolean {
    if (this.#last === undefined || this.#rounds === PROGRESSING_ROUNDS_MAX) return false
    return this.#last.wanted > 0 && !this.#before.has(this.#last.digest)
  }

  async #truncate(
    trees: ComparedTrees,
    target: TargetCollectionView,
  ): Promise<CollectionOutcome | undefined> {
    const { into, meter } = this.#repair
    this.#emitCompared(trees)
    if (trees.targetTree.count === 0) return this.#finish('truncated', target)
    // Everything is about to be removed, on the word of one answer.
    if (!(await this.#repair.source.listsNone())) throw this.#toError(trees)
    await into.truncate()
    meter.add({ ranges: trees.ranges.length, removed: trees.targetTree.count })
    this.#totals = { ...this.#totals, removals: trees.targetTree.count }
    this.#emitProgress()
    return undefined
  }

  #finish(
    way: CollectionOutcome,
    { collection: { size } }: TargetCollectionView,
  ): CollectionOutcome {
    const { source, index, meter, emit } = this.#repair
    const outcome = way === 'equal' && this.#isChanged ? 'repaired' : way
    // The size counts a newline for each document.
    const bytes = (size.bytes ?? 0) - (size.documents ?? 0)
    meter.add({ savedBytes: Math.max(bytes - this.#totals.bytes, 0) })
    const { name: collection } = source.collection.definition
    const totals = this.#totals
    const kind = 'collection-finished'
    emit({ kind, collection, index, totals, outcome, repair: meter.totals })
    return outcome
  }

  #withTarget<Result>(
    use: (target: TargetCollectionView) => Promise<Result> | Result,
  ): Promise<Result> {
    const { copy, source, signal } = this.#repair
    return withTargetCollection(copy, source.collection.definition.name, signal, use)
  }

  #emitCompared({ sourceTree, targetTree, ranges }: ComparedTrees): void {
    this.#repair.emit({
      kind: 'compared',
      collection: this.#repair.source.collection.definition.name,
      ranges: ranges.length,
      sourceCount: sourceTree.count,
      targetCount: targetTree.count,
    })
  }

  #emitProgress(): void {
    const { source, meter, emit } = this.#repair
    const { name: collection } = source.collection.definition
    emit({ kind: 'repair-progress', collection, totals: meter.totals })
  }

  #toError({ sourceTree, targetTree, ranges }: ComparedTrees): TreesDifferError {
    const { wanted = 0, written = 0 } = this.#last ?? {}
    return new TreesDifferError({
      collection: this.#repair.source.collection.definition.name,
      rounds: this.#rounds,
      ranges: ranges.length,
      sourceCount: sourceTree.count,
      targetCount: targetTree.count,
      listed: wanted,
      missing: Math.max(wanted - written, 0),
    })
  }
}
