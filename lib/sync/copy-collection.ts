import { concat, defer, EMPTY, ignoreElements, map, of, scan, tap, type Observable } from 'rxjs'
import type {
  DumpedChunk,
  Snapshot,
  SnapshotCollection,
  TargetCollection,
  WriteResult,
} from '../replica/index.js'
import { IN_FLIGHT_BYTES_MAX } from '../core/index.js'
import { observePull, readAhead } from '../streams/index.js'
import { gatherDumped } from './gather-dumped.js'
import { addTotals, NO_TOTALS, type CollectionTotals, type SyncEvent } from './sync-event.js'

/** Bytes that one write into the target should have. */
const WRITE_BYTES = 1024 * 1024

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
  const { snapshot, collection, into, maxInFlightBytes = IN_FLIGHT_BYTES_MAX, signal } = copy
  // One write is being gathered, one is fetched, one is applied; the source holds the last quarter.
  const share = maxInFlightBytes / 4
  const open = (inner: AbortSignal): AsyncIterable<DumpedChunk> => {
    const options = { signal: inner, maxInFlightBytes: share }
    const dumped = snapshot.dump(collection.definition, options)
    return readAhead(gatherDumped(dumped, Math.min(share, WRITE_BYTES)))
  }
  return observePull(
    open,
    async (dumped) => toTotals(dumped, await into.write(dumped.chunk)),
    signal,
  ).pipe(scan(addTotals, NO_TOTALS))
}

function toTotals({ readBytes }: DumpedChunk, written: WriteResult): CollectionTotals {
  return { readBytes, ...written }
}
