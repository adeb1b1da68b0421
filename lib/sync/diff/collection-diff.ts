import type { CollectionSize, Snapshot } from '../../replica/index.js'
import type { CollectionDefinition } from '../../wire/index.js'
import { DocumentComparison } from './compare-documents.js'
import {
  addDiffTotals,
  NO_DIFF_READING,
  NO_DIFF_TOTALS,
  type DiffProgress,
  type DiffReading,
  type DiffTotals,
} from './diff-event.js'
import type { DiffMethod } from './diff-options.js'
import type { DiffRun } from './diff-run.js'
import type { DiffSide, MatchedDocument, UnmatchedDocument } from './document-matcher.js'

const REVISION = '_rev'

/** A collection that both sides have. */
export interface SharedCollection {
  readonly name: string
  readonly definitions: Readonly<Record<DiffSide, CollectionDefinition>>
  readonly size: CollectionSize
}

/** One collection under comparison: what was found of it so far, and what was read. */
export class CollectionDiff {
  readonly run: DiffRun
  readonly collection: SharedCollection
  #totals = NO_DIFF_TOTALS
  #comparison = new DocumentComparison([])
  readonly #withoutRevision = new DocumentComparison([REVISION])
  #isRevisionAlone = true

  constructor(run: DiffRun, collection: SharedCollection) {
    this.run = run
    this.collection = collection
  }

  get totals(): DiffTotals {
    return this.#totals
  }

  /** True when no more differences are wanted. */
  isFull(): boolean {
    return this.run.teller.isFull
  }

  /** True when there are different documents, and none differs in more than its revision. */
  get isRevisionAlone(): boolean {
    return this.#totals.different > 0 && this.#isRevisionAlone
  }

  snapshot(side: DiffSide): Snapshot {
    return this.run[side].snapshot
  }

  /** Chooses which attributes count from now on: by content, revisions never do. */
  begin(by: DiffMethod): void {
    const { ignore = [] } = this.run.options
    this.#comparison = new DocumentComparison(by === 'content' ? [REVISION, ...ignore] : ignore)
  }

  /** Adds to what was read. */
  note(read: Partial<DiffReading>): void {
    const more = { ...NO_DIFF_TOTALS, read: { ...NO_DIFF_READING, ...read } }
    this.#totals = addDiffTotals(this.#totals, more)
  }

  /** Says how far the comparison is, `pending` counted in. */
  emitProgress(phase: DiffProgress['phase'], pending: Partial<DiffReading> = {}): void {
    const { name, size } = this.collection
    const more = { ...NO_DIFF_TOTALS, read: { ...NO_DIFF_READING, ...pending } }
    const totals = addDiffTotals(this.#totals, more)
    this.run.emit({ kind: 'progress', collection: name, phase, size, totals })
  }

  /** Compares the two sides of a document, and tells when they differ. */
  async compare({ key, a, b }: MatchedDocument): Promise<void> {
    const comparison = this.#comparison
    if (comparison.isEqual(a, b)) return
    this.#isRevisionAlone &&= this.#withoutRevision.isEqual(a, b)
    this.#count({ different: 1 })
    let paths: readonly string[] | undefined
    await this.run.teller.tell({
      kind: 'different',
      collection: this.collection.name,
      key,
      get paths() {
        return (paths ??= comparison.paths(a, b))
      },
      a,
      b,
    })
  }

  /** Tells of a document that one side lacks. */
  async tellUnmatched({ side, key, bytes }: UnmatchedDocument): Promise<void> {
    const collection = this.collection.name
    this.#count(side === 'a' ? { onlyInA: 1 } : { onlyInB: 1 })
    await this.run.teller.tell(
      side === 'a'
        ? { kind: 'onlyInA', collection, key, a: bytes }
        : { kind: 'onlyInB', collection, key, b: bytes },
    )
  }

  #count(found: Partial<DiffTotals>): void {
    this.#totals = addDiffTotals(this.#totals, { ...NO_DIFF_TOTALS, ...found })
  }
}
