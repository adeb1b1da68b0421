import type { TransformCounts } from './transform-runner.js'

/** Counts what transforms do. */
export class TransformCounter implements TransformCounts {
  documents = 0
  unchanged = 0
  changed = 0
  dropped = 0
  added = 0
  routed = 0
  failed = 0
  harmed = 0

  /**
   * Counts a document that went in, and did not fail.
   *
   * @param outputs - documents that came out, into whatever collection
   * @param isUnchanged - whether the first of them is the line as it came
   */
  addLine(outputs: number, isUnchanged: boolean): void {
    this.documents += 1
    if (outputs === 0) {
      this.dropped += 1
      return
    }
    this.added += outputs - 1
    if (isUnchanged) this.unchanged += 1
    else this.changed += 1
  }

  addFailed(): void {
    this.documents += 1
    this.failed += 1
  }

  /** Counts documents that nobody looked at. */
  addUnseen(documents: number, outcome: 'unchanged' | 'dropped'): void {
    this.documents += documents
    this[outcome] += documents
  }

  /** Adds what another thread counted. */
  add(counts: TransformCounts): void {
    this.documents += counts.documents
    this.unchanged += counts.unchanged
    this.changed += counts.changed
    this.dropped += counts.dropped
    this.added += counts.added
    this.routed += counts.routed
    this.failed += counts.failed
    this.harmed += counts.harmed
  }
}
