import { concat, defer, EMPTY, ignoreElements, map, of, scan, tap, type Observable } from 'rxjs'
import type {
  DumpedChunk,
  Snapshot,
  SnapshotCollection,
  TargetCollection,
  WriteResult,
} from '../replica/index.js'
import { observePull, readAhead } from '../streams/index.js'
import { addTotals, NO_TOTALS, type CollectionTotals, type SyncEvent } from './sync-event.js'

/** One collection on its way. */
export interface CollectionCopy {
  readonly snapshot: Snapshot
  readonly collection: SnapshotCollection
  readonly into: TargetCollection
  /** 0-based place among the collections of this run. */
  readonly index: number
  readonly maxInFlightBytes: number | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Copies the data of one collection, then its indexes. One chunk is applied while the next one is
 * fetched.
 */
export function copyCollection(copy: CollectionCopy): Observable<SyncEvent> {
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
    return concat(
      of<SyncEvent>({ kind: 'collection-started', collection: name, index, size }),
      data$,
      definition.indexes.length === 0 ? EMPTY : indexes$,
      defer(() => of<SyncEvent>({ kind: 'collection-finished', collection: name, index, totals })),
    )
  })
}

function copyData(copy: CollectionCopy): Observable<CollectionTotals> {
  const { snapshot, collection, into, maxInFlightBytes, signal } = copy
  return observePull(
    (inner) => readAhead(snapshot.dump(collection.definition, { signal: inner, maxInFlightBytes })),
    async (dumped) => toTotals(dumped, await into.write(dumped.chunk)),
    signal,
  ).pipe(scan(addTotals, NO_TOTALS))
}

function toTotals({ readBytes }: DumpedChunk, written: WriteResult): CollectionTotals {
  return { readBytes, ...written }
}
