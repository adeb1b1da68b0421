import { concat, defer, EMPTY, ignoreElements, map, of, scan, tap, type Observable } from 'rxjs'
import type { Snapshot, SnapshotCollection, TargetCollection } from '../replica/index.js'
import { observePull } from '../streams/index.js'
import { gatherWrites, sourceShare } from './gather-writes.js'
import { addTotals, NO_TOTALS, type CollectionTotals, type SyncEvent } from './sync-event.js'
import { writeDumped } from './write-dumped.js'

/** One collection on its way. */
export interface CollectionCopy {
  readonly snapshot: Snapshot
  readonly collection: SnapshotCollection
  readonly into: TargetCollection
  /** 0-based place among the collections of this run. */
  readonly index: number
  readonly maxInFlightBytes: number | undefined
  readonly signal: AbortSignal | undefined
  /** False: only the indexes. */
  readonly data?: boolean | undefined
  /** Called with the bytes that cross a wire. */
  readonly onTransfer?: ((bytes: number) => void) | undefined
}

/**
 * Copies the data of one collection, then its indexes. One chunk is applied while the next one is
 * fetched.
 */
export function copyCollection(copy: CollectionCopy): Observable<SyncEvent> {
  const { collection, index } = copy
  return concat(of(startedEvent(collection, index)), fillCollection(copy))
}

/** The event that begins a collection. */
export function startedEvent({ definition, size }: SnapshotCollection, index: number): SyncEvent {
  return { kind: 'collection-started', collection: definition.name, index, size }
}

/** As {@link copyCollection}, but for the event that begins. */
export function fillCollection(copy: CollectionCopy): Observable<SyncEvent> {
  const { collection, index, into, signal } = copy
  const { definition, size } = collection
  const name = definition.name
  return defer(() => {
    let totals = NO_TOTALS
    const data$ = copyData(copy).pipe(
      tap((newest) => (totals = newest)),
      map((newest): SyncEvent => ({ kind: 'progress', collection: name, size, totals: newest })),
    )
    const indexes$ = defer(async () => {
      signal?.throwIfAborted()
      await into.createIndexes(definition.indexes)
    }).pipe(ignoreElements())
    const finish$ = defer(() => into.finish?.() ?? Promise.resolve()).pipe(ignoreElements())
    const finished = (): SyncEvent => {
      return { kind: 'collection-finished', collection: name, index, totals, outcome: 'copied' }
    }
    return concat(
      copy.data === false ? EMPTY : data$,
      definition.indexes.length === 0 ? EMPTY : indexes$,
      finish$,
      defer(() => of(finished())),
    )
  })
}

function copyData(copy: CollectionCopy): Observable<CollectionTotals> {
  const { snapshot, collection, into, maxInFlightBytes, signal, onTransfer } = copy
  const open = (inner: AbortSignal): AsyncIterable<CollectionTotals> => {
    const share = sourceShare(maxInFlightBytes)
    const options = { signal: inner, maxInFlightBytes: share, onTransfer }
    const dumped = gatherWrites(snapshot.dump(collection.definition, options), share)
    return writeDumped(dumped, into, inner)
  }
  return observePull(open, (totals) => totals, signal).pipe(scan(addTotals, NO_TOTALS))
}
