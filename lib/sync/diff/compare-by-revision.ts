import { diffTrees, TreeError } from '../../merkle/index.js'
import type { SeekOptions } from '../../replica/index.js'
import type { RevisionRange } from '../../values/index.js'
import { mergeRevisions } from '../merge-revisions.js'
import type { CollectionDiff } from './collection-diff.js'
import { countInRanges } from './count-in-ranges.js'
import { DiffError } from './diff-error.js'
import type { DiffSide, DocumentMatcher } from './document-matcher.js'
import { fetchTrees, type BothTrees, type TreeComparison } from './fetch-trees.js'
import { matchDocuments, readingShare, withMatcher } from './match-documents.js'
import { withAccesses, type BothAccesses } from './open-accesses.js'

/** Revisions of one side that are gathered before their documents are asked for. */
const GATHERED_REVISIONS = 8192

/**
 * Compares a collection by its revision trees, then by the revisions in the ranges in which they
 * differ, and fetches the documents whose revision is on one side only.
 *
 * @returns why it cannot be compared so; undefined when it was
 * @throws DiffError when a replica tells less of its revisions than its tree counts
 */
export async function compareByRevision(diff: CollectionDiff): Promise<string | undefined> {
  diff.begin('revision')
  const trees = await fetchTrees(diff)
  if (typeof trees === 'string') return trees
  const ranges = rangesOf(trees)
  if (typeof ranges === 'string') return ranges
  diff.note({ ranges: ranges.length })
  if (ranges.length === 0) return undefined
  return withAccesses(diff, ranges, (accesses) => compareRanges(diff, { trees, ranges }, accesses))
}

/** The ranges in which the trees differ, or why they cannot be compared. */
function rangesOf({ a, b }: BothTrees): RevisionRange[] | string {
  if (a.depth !== b.depth) return `the depths of its revision trees are ${a.depth} and ${b.depth}`
  try {
    const ranges = diffTrees(a, b)
    const isSame = a.count === b.count && a.hash === b.hash
    return ranges.length > 0 || isSame ? ranges : 'its revision trees differ in no range'
  } catch (error) {
    if (!(error instanceof TreeError)) throw error
    return `its revision trees cannot be compared (${error.message})`
  }
}

/** Tells all differences inside the ranges. */
async function compareRanges(
  diff: CollectionDiff,
  { trees, ranges }: TreeComparison,
  { a, b }: BothAccesses,
): Promise<undefined> {
  const options = seekOptions(diff)
  const gathered = new GatheredRevisions()
  let listed = 0
  await withMatcher(diff, async (matcher) => {
    const compareGathered = (): Promise<void> => compareDocuments(diff, matcher, gathered, { a, b })
    const lists = mergeRevisions(a.revisions(ranges, options), b.revisions(ranges, options))
    for await (const { onlyA, onlyB, compared } of lists) {
      diff.run.signal.throwIfAborted()
      diff.note({ revisionsListed: compared })
      diff.emitProgress('revisions')
      listed += compared
      gathered.add(onlyA, onlyB)
      if (gathered.count >= GATHERED_REVISIONS) await compareGathered()
      if (diff.isFull()) return
    }
    assertAllListed(diff, listed, expectedCount(trees, ranges))
    await compareGathered()
  })
}

/** Fetches the documents that were gathered, and compares those with one key. */
async function compareDocuments(
  diff: CollectionDiff,
  matcher: DocumentMatcher,
  gathered: GatheredRevisions,
  accesses: BothAccesses,
): Promise<void> {
  const { count } = gathered
  const { a, b } = gathered.take()
  const options = { ...seekOptions(diff), maxInFlightBytes: readingShare(diff) }
  const ofA = accesses.a.documents(a, options)
  const ofB = accesses.b.documents(b, options)
  const found = await matchDocuments(diff, matcher, ofA, ofB)
  diff.emitProgress('revisions')
  if (diff.isFull() || found === count) return
  throw incomplete(diff, `of ${count} documents whose revisions were listed, ${found} came`)
}

function seekOptions(diff: CollectionDiff): SeekOptions {
  const onTransfer = (transferredBytes: number): void => {
    diff.note({ transferredBytes })
  }
  return { signal: diff.run.signal, onTransfer }
}

function expectedCount({ a, b }: BothTrees, ranges: readonly RevisionRange[]): number | undefined {
  const ofA = countInRanges(a, ranges)
  const ofB = countInRanges(b, ranges)
  return ofA === undefined || ofB === undefined ? undefined : ofA + ofB
}

/** A list that breaks off early would make documents look as if they were on one side only. */
function assertAllListed(diff: CollectionDiff, listed: number, expected: number | undefined): void {
  if (expected === undefined || listed === expected) return
  throw incomplete(diff, `its trees count ${expected} revisions that may differ, ${listed} came`)
}

function incomplete({ run, collection }: CollectionDiff, reason: string): DiffError {
  const what = `collection "${collection.name}" of ${run.a.address} and ${run.b.address}`
  const advice = 'compare it by content'
  const message = `Cannot compare ${what} by revision: ${reason}; ${advice}`
  return new DiffError('ERR_DIFF_INCOMPLETE', message)
}

/** Revisions of either side whose documents are to be compared. */
class GatheredRevisions {
  #a: BigUint64Array[] = []
  #b: BigUint64Array[] = []
  /** Of both sides together. */
  count = 0

  add(onlyA: BigUint64Array, onlyB: BigUint64Array): void {
    if (onlyA.length > 0) this.#a.push(onlyA)
    if (onlyB.length > 0) this.#b.push(onlyB)
    this.count += onlyA.length + onlyB.length
  }

  /** Gives what was gathered, and begins anew. */
  take(): Readonly<Record<DiffSide, readonly BigUint64Array[]>> {
    const taken = { a: this.#a, b: this.#b }
    this.#a = []
    this.#b = []
    this.count = 0
    return taken
  }
}
