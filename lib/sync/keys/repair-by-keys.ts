import type {
  KeyAccess,
  KeyChunk,
  Snapshot,
  SnapshotCollection,
  TargetCopy,
  TargetRepair,
} from '../../replica/index.js'
import type { TargetCollectionView } from '../compare-collection.js'
import { IncomparableError } from '../incomparable-error.js'
import type { CopyNeeded } from '../repair-collection.js'
import type { RepairMeter } from '../repair-meter.js'
import {
  addTotals,
  NO_TOTALS,
  type CollectionOutcome,
  type CollectionTotals,
  type SyncEvent,
} from '../sync-event.js'
import { withTargetCollection } from '../with-target.js'
import { checkNames } from './check-names.js'
import { compareChunks, readChunks, type ReadLocalKeys } from './compare-chunks.js'
import { moveChunks } from './move-chunks.js'

/**
 * How often what differs is moved before the collection is copied as a whole. A second round is needed
 * where keys have got each other's revisions: to write one document may take another one away.
 */
const ROUNDS_MAX = 3

/** What a collection is made equal with by its keys. */
export interface KeysRepair {
  readonly copy: TargetCopy
  /** Of the source. */
  readonly snapshot: Snapshot
  /** Of the source. */
  readonly collection: SnapshotCollection
  readonly into: TargetRepair
  /** 0-based place among the collections of this run. */
  readonly index: number
  /** The name that it had at the target before this run, if another one. */
  readonly oldName: string | undefined
  /** What is to be done where this way is none either; told with the reason for this way. */
  readonly needed: CopyNeeded
  readonly maxInFlightBytes: number | undefined
  readonly meter: RepairMeter
  readonly signal: AbortSignal
  readonly emit: (event: SyncEvent) => void
}

/**
 * Makes the documents of a collection those of a source that does not look up revisions, by comparing
 * chunks of keys (client notes, 2.2). What differs is moved until the chunks are equal; each round looks
 * at the target anew.
 *
 * @returns what has to be done instead, when the collection cannot be compared
 */
export async function repairByKeys(repair: KeysRepair): Promise<CopyNeeded | undefined> {
  const { snapshot, collection, needed, signal, emit } = repair
  const access = await snapshot.seekKeys?.(collection.definition, { signal })
  if (access === undefined) return needed
  const { name } = collection.definition
  emit({
    kind: 'warning',
    message: `collection "${name}" is compared by key: ${needed.reason ?? ''}`,
  })
  try {
    await new KeysRepairer(repair, access).run()
    return undefined
  } catch (error) {
    if (!(error instanceof IncomparableError)) throw error
    return { ...needed, reason: error.message }
  } finally {
    await access.close()
  }
}

class KeysRepairer {
  readonly #repair: KeysRepair
  readonly #access: KeyAccess
  readonly #name: string
  #totals: CollectionTotals = NO_TOTALS

  constructor(repair: KeysRepair, access: KeyAccess) {
    this.#repair = repair
    this.#access = access
    this.#name = repair.collection.definition.name
  }

  async run(): Promise<void> {
    const { signal, meter, copy } = this.#repair
    const chunks = await readChunks(this.#access, { signal, onTransfer: meter.onTransfer })
    let outcome: CollectionOutcome | undefined
    for (let round = 0; outcome === undefined; round += 1) {
      outcome = await withTargetCollection(copy, this.#name, signal, (target) =>
        this.#runRound(round, chunks, target),
      )
    }
  }

  /** @returns undefined when the target has to be looked at once more */
  async #runRound(
    round: number,
    chunks: readonly KeyChunk[],
    target: TargetCollectionView,
  ): Promise<CollectionOutcome | undefined> {
    const { signal, oldName } = this.#repair
    const readLocal = this.#readerOf(target)
    if (chunks.length === 0) return this.#truncate(target)
    const reading = { access: this.#access, readLocal, signal }
    if (round === 0) await checkNames({ ...reading, name: this.#name, oldName, chunks, target })
    const { different, targetCount } = await compareChunks(chunks, readLocal, signal)
    this.#emitCompared(different.length, targetCount)
    const differences =
      different.length === 0
        ? 0
        : await moveChunks(
            { ...this.#repair, access: this.#access, readLocal, different },
            (moved) => {
              this.#totals = addTotals(this.#totals, moved)
              this.#emitProgress()
            },
          )
    if (differences === 0) return this.#finish(round === 0 ? 'equal' : 'repaired', target)
    if (this.#totals.replacedRevisions > 0) {
      throw new IncomparableError('it has revisions that the target cannot keep')
    }
    if (round === ROUNDS_MAX)
      throw new IncomparableError('what the source gave did not make it equal')
    return undefined
  }

  /** @throws IncomparableError where the target does not tell its keys in order */
  #readerOf({ snapshot, collection: { definition } }: TargetCollectionView): ReadLocalKeys {
    const { signal } = this.#repair
    return (range) => {
      const pages = snapshot.readKeys?.(definition, range, { signal })
      if (pages === undefined) throw new IncomparableError('the target does not tell its keys')
      return pages
    }
  }

  async #truncate(target: TargetCollectionView): Promise<CollectionOutcome | undefined> {
    const { into, meter } = this.#repair
    const removals = target.collection.size.documents ?? 0
    this.#emitCompared(0, removals)
    if (removals === 0) return this.#finish('truncated', target)
    await into.truncate()
    meter.add({ removed: removals })
    this.#totals = addTotals(this.#totals, { ...NO_TOTALS, removals })
    this.#emitProgress()
    return undefined
  }

  #finish(
    way: CollectionOutcome,
    { collection: { size } }: TargetCollectionView,
  ): CollectionOutcome {
    const { index, meter, needed, emit } = this.#repair
    const outcome = way === 'equal' && needed.isChanged === true ? 'repaired' : way
    // The size counts a newline for each document.
    const bytes = (size.bytes ?? 0) - (size.documents ?? 0)
    meter.add({ savedBytes: Math.max(bytes - this.#totals.bytes, 0) })
    const collection = this.#name
    const totals = this.#totals
    const kind = 'collection-finished'
    emit({ kind, collection, index, totals, outcome, repair: meter.totals })
    return outcome
  }

  #emitCompared(ranges: number, targetCount: number): void {
    const sourceCount = this.#access.count
    const { emit } = this.#repair
    emit({ kind: 'compared', collection: this.#name, ranges, sourceCount, targetCount })
  }

  #emitProgress(): void {
    const { emit, meter } = this.#repair
    emit({ kind: 'repair-progress', collection: this.#name, totals: meter.totals })
  }
}
