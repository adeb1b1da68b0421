import type { Observable } from 'rxjs'
import { createMerklePool } from '../../merkle/index.js'
import type { ReplicaNotice, Source } from '../../replica/index.js'
import { observeWork } from '../observe-work.js'
import { compareCollection } from './compare-collection.js'
import { DocumentComparison } from './compare-documents.js'
import {
  addDiffTotals,
  NO_DIFF_TOTALS,
  type DiffCollectionCompared,
  type DiffEvent,
} from './diff-event.js'
import type { DiffOptions } from './diff-options.js'
import { useAndClose, type DiffRun } from './diff-run.js'
import { DifferenceTeller } from './difference-teller.js'
import { nameOf, pairCollections, presenceOf, type CollectionPair } from './pair-collections.js'

/** What belongs to one subscription. */
type DiffContext = Pick<DiffRun, 'options' | 'teller' | 'signal' | 'emit'>

/**
 * Finds out in what two replicas differ: one database each, collections matched by name, documents by
 * key. Definitions of collections, indexes and views are not compared. The differences go to
 * `options.onDifference`, one at a time; what is emitted is what happens meanwhile.
 *
 * Cold: each subscription is one run. By revision, equal collections cost no more than their trees;
 * by content, both are read once. Memory stays within `maxInFlightBytes` and some trees of 4 MB,
 * however many differences there are and in whatever order documents come: what does not fit waits in
 * a temporary directory, which is removed in the end. Completion and errors are told after
 * everything was given back. Both sides may be the same replica.
 *
 * @throws RangeError at the call when `by` is no method, `limit` is no whole number from 1 on, or a
 *   name to ignore cannot be read; as errors of the Observable UnknownCollectionError when a chosen name is on neither side,
 *   {@link DiffError}, and what reading the replicas throws
 */
export function diffReplicas(
  a: Source,
  b: Source,
  options: DiffOptions = {},
): Observable<DiffEvent> {
  const { onDifference, by = 'revision', limit, ignore = [] } = options
  const createTeller = (): DifferenceTeller => new DifferenceTeller(onDifference, limit)
  // All say at the call what is wrong with the options.
  assertMethod(by)
  createTeller()
  new DocumentComparison(ignore)
  return observeWork<DiffEvent>((emit, signal) => {
    const onNotice = (notice: ReplicaNotice): void => {
      emit(notice)
    }
    a.onNotice = onNotice
    b.onNotice = onNotice
    return compareReplicas(a, b, { options, teller: createTeller(), signal, emit })
  }, options.signal)
}

/** Plain JavaScript may misspell a method, and the other one would be taken for it. */
function assertMethod(by: string): void {
  if (by === 'revision' || by === 'content') return
  throw new RangeError(`Cannot compare by "${by}": the methods are "revision" and "content"`)
}

async function compareReplicas(a: Source, b: Source, context: DiffContext): Promise<void> {
  const { signal, options } = context
  await useAndClose(await a.openSnapshot({ signal }), async (snapshotA) => {
    await useAndClose(await b.openSnapshot({ signal }), async (snapshotB) => {
      await useAndClose(createMerklePool({ workers: options.workers }), async (pool) => {
        const ofA = { address: a.address, snapshot: snapshotA }
        const ofB = { address: b.address, snapshot: snapshotB }
        await compareAll({ ...context, a: ofA, b: ofB, pool })
      })
    })
  })
}

async function compareAll(run: DiffRun): Promise<void> {
  const pairs = await choosePairs(run)
  run.emit({
    kind: 'started',
    a: run.a.address,
    b: run.b.address,
    collections: pairs.map((pair) => ({ name: nameOf(pair), presence: presenceOf(pair) })),
  })
  const compared: DiffCollectionCompared[] = []
  for (const [index, pair] of pairs.entries()) {
    run.signal.throwIfAborted()
    compared.push(await compareCollection(run, pair, index))
    if (run.teller.isFull) break
  }
  run.emit({
    kind: 'finished',
    isEqual: compared.every(({ isEqual }) => isEqual),
    isLimited: run.teller.isFull,
    collections: compared,
    differences: run.teller.told,
    totals: compared.reduce(addDiffTotals, NO_DIFF_TOTALS),
  })
}

async function choosePairs({ a, b, options, signal }: DiffRun): Promise<CollectionPair[]> {
  const inventoryA = await a.snapshot.inventory({ signal })
  const inventoryB = await b.snapshot.inventory({ signal })
  const ofA = { address: a.address, collections: inventoryA.collections }
  const ofB = { address: b.address, collections: inventoryB.collections }
  return pairCollections(ofA, ofB, options)
}
