import type { KeyedRevision, WantedDocument } from '../../replica/index.js'
import {
  compareUtf8,
  INVALID_REVISION,
  parseRevision,
  revision,
  type Revision,
} from '../../values/index.js'
import { IncomparableError } from '../incomparable-error.js'

/** What comparing the keys of one chunk showed. */
export interface MergedKeys {
  /** Documents that the target lacks, or has with another revision. */
  readonly wanted: readonly WantedDocument[]
  /** How many of them the target has with another revision. */
  readonly changed: number
  /** Keys that were looked at, of both sides. */
  readonly compared: number
}

/**
 * Walks through the keys of a chunk and those of the target side by side.
 *
 * @param theirs - of the source: all keys of one chunk
 * @param ours - of the target, which may be any number
 * @param onSurplus - gets the revisions of documents that only the target has, before more is read
 * @throws IncomparableError when the source has a document whose revision cannot be read
 */
export async function mergeKeys(
  theirs: readonly KeyedRevision[],
  ours: AsyncIterable<readonly KeyedRevision[]>,
  onSurplus: (revisions: BigUint64Array) => Promise<void>,
): Promise<MergedKeys> {
  const merger = new KeyMerger(theirs)
  let compared = theirs.length
  for await (const rows of ours) {
    compared += rows.length
    const surplus = merger.merge(rows)
    if (surplus.length > 0) await onSurplus(BigUint64Array.from(surplus))
  }
  return { ...merger.end(), compared }
}

class KeyMerger {
  readonly #theirs: readonly KeyedRevision[]
  readonly #wanted: WantedDocument[] = []
  #changed = 0
  #next = 0

  constructor(theirs: readonly KeyedRevision[]) {
    this.#theirs = theirs
  }

  /** @returns revisions that only the target has */
  merge(rows: readonly KeyedRevision[]): readonly Revision[] {
    const surplus: Revision[] = []
    for (const ours of rows) {
      if (this.#hasKey(ours.key)) this.#compare(ours)
      else surplus.push(parseRevision(ours.rev))
    }
    return surplus
  }

  end(): Pick<MergedKeys, 'wanted' | 'changed'> {
    while (this.#next < this.#theirs.length) this.#want()
    return { wanted: this.#wanted, changed: this.#changed }
  }

  /** Goes on to a key, and tells whether the source has it. */
  #hasKey(key: string): boolean {
    for (;;) {
      const theirs = this.#theirs[this.#next]
      if (theirs === undefined) return false
      const order = compareUtf8(theirs.key, key)
      if (order >= 0) return order === 0
      this.#want()
    }
  }

  #compare(ours: KeyedRevision): void {
    const theirs = this.#theirs[this.#next] as KeyedRevision
    if (theirs.rev === ours.rev || parseRevision(theirs.rev) === parseRevision(ours.rev)) {
      this.#next += 1
      return
    }
    this.#changed += 1
    this.#want()
  }

  #want(): void {
    const found = parseRevision((this.#theirs[this.#next] as KeyedRevision).rev)
    if (found === INVALID_REVISION) {
      throw new IncomparableError('the source has documents without a revision')
    }
    this.#wanted.push({ position: this.#next, revision: revision(found) })
    this.#next += 1
  }
}
