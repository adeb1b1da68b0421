import { concat, concatMap, defer, from, of, type Observable } from 'rxjs'
import {
  addChecksums,
  checksumChunk,
  EMPTY_CHECKSUM,
  readChecksumAnswer,
  toChecksumTask,
  type Checksum,
  type ChecksumAnswer,
  type ChecksumTask,
} from '../merkle/index.js'
import { createWorkerPool, type WorkerPool } from '../pool/index.js'
import type { Snapshot, SnapshotCollection, Source } from '../replica/index.js'
import { observePull, readAhead, usingResource, type EntryChunk } from '../streams/index.js'
import { anySignal } from './any-signal.js'
import { gatherDumped } from './gather-dumped.js'
import { runToEnd } from './run-to-end.js'
import { selectCollections, type CollectionSelection } from './select-collections.js'
import {
  addTotals,
  NO_TOTALS,
  type CollectionProgress,
  type CollectionStarted,
} from './sync-event.js'

/** How {@link checksumSource} computes. */
export interface ChecksumOptions extends CollectionSelection {
  readonly signal?: AbortSignal | undefined
  /** Threads that hash; 0 computes in this one. Default: 2. */
  readonly workers?: number | undefined
}

/** The checksum of one collection. */
export interface CollectionChecksum extends Checksum {
  readonly kind: 'checksum'
  readonly collection: string
}

/** What happens while collections are summed up; `kind` tells which. */
export type ChecksumEvent = CollectionStarted | CollectionProgress | CollectionChecksum

/** Something that sums chunks up, here or in threads. */
interface Summer {
  sum(chunk: EntryChunk): Promise<Checksum>
  /** Chunks to hand out before waiting for the first. */
  readonly inFlight: number
  close(): Promise<void>
}

const DEFAULT_WORKERS = 2
/** Bytes that one task should have, so that the work outweighs the handing over. */
const TASK_BYTES = 256 * 1024

/**
 * Sums up every chosen collection of a source, in the order of its inventory: document count, hash
 * over revisions and hash over contents, all independent of order ({@link Checksum}).
 *
 * @throws UnknownCollectionError as an error of the Observable, when a chosen name does not exist
 */
export function checksumSource(
  source: Source,
  options: ChecksumOptions = {},
): Observable<ChecksumEvent> {
  const { signal, workers = DEFAULT_WORKERS } = options
  const open = async (inner: AbortSignal): Promise<{ snapshot: Snapshot; summer: Summer }> => {
    const snapshot = await source.openSnapshot({ signal: anySignal(inner, signal) })
    return { snapshot, summer: workers === 0 ? ownThread() : otherThreads(workers, signal) }
  }
  return usingResource(
    open,
    ({ snapshot, summer }) =>
      defer(() => snapshot.inventory({ signal })).pipe(
        concatMap(({ collections }) =>
          from(selectCollections(collections, options, source.address)),
        ),
        concatMap((collection, index) =>
          concat(
            of(startedEvent(collection, index)),
            checksumCollection(snapshot, collection, summer, signal),
          ),
        ),
      ),
    async ({ snapshot, summer }) => {
      await Promise.all([summer.close(), snapshot.close()])
    },
  )
}

/**
 * Sums up as {@link checksumSource} does, for callers that want a promise.
 *
 * @param onEvent - sees what happens
 * @returns the checksums of the collections, in the order of the inventory
 */
export async function sumUpSource(
  source: Source,
  options: ChecksumOptions = {},
  onEvent: (event: ChecksumEvent) => void = () => undefined,
): Promise<readonly CollectionChecksum[]> {
  const sums: CollectionChecksum[] = []
  await runToEnd(checksumSource(source, options), (event) => {
    onEvent(event)
    if (event.kind === 'checksum') sums.push(event)
  })
  return sums
}

function startedEvent({ definition, size }: SnapshotCollection, index: number): ChecksumEvent {
  return { kind: 'collection-started', collection: definition.name, index, size }
}

function checksumCollection(
  snapshot: Snapshot,
  { definition, size }: SnapshotCollection,
  summer: Summer,
  signal: AbortSignal | undefined,
): Observable<ChecksumEvent> {
  const collection = definition.name
  return defer(() => {
    let sum = EMPTY_CHECKSUM
    let totals = NO_TOTALS
    const underWay: Promise<void>[] = []
    const addWhenDone = async (task: Promise<Checksum>): Promise<void> => {
      const one = await task
      sum = addChecksums(sum, one)
    }
    const progress$ = observePull(
      (inner) => readAhead(gatherDumped(snapshot.dump(definition, { signal: inner }), TASK_BYTES)),
      async ({ chunk, readBytes }): Promise<ChecksumEvent> => {
        const task = addWhenDone(summer.sum(chunk))
        // It is awaited later; until then nobody hears of its failure.
        task.catch(() => undefined)
        underWay.push(task)
        if (underWay.length >= summer.inFlight) await underWay.shift()
        totals = addTotals(totals, { ...NO_TOTALS, readBytes, bytes: chunk.buffer.length })
        totals = { ...totals, documents: sum.count }
        return { kind: 'progress', collection, size, totals }
      },
      signal,
    )
    const checksum$ = defer(async (): Promise<ChecksumEvent> => {
      await Promise.all(underWay)
      return { kind: 'checksum', collection, ...sum }
    })
    return concat(progress$, checksum$)
  })
}

function ownThread(): Summer {
  return {
    inFlight: 1,
    sum: (chunk) => Promise.resolve(checksumChunk(chunk)),
    close: () => Promise.resolve(),
  }
}

function otherThreads(workers: number, signal: AbortSignal | undefined): Summer {
  const file = new URL('../../workers/checksum.js', import.meta.url)
  const pool = createWorkerPool<ChecksumTask, ChecksumAnswer>(file, { workers })
  return {
    inFlight: 2 * workers,
    sum: (chunk) => sumInPool(pool, chunk, signal),
    close: () => pool.close(),
  }
}

async function sumInPool(
  pool: WorkerPool<ChecksumTask, ChecksumAnswer>,
  chunk: EntryChunk,
  signal: AbortSignal | undefined,
): Promise<Checksum> {
  const task = toChecksumTask(chunk)
  const transfer = [task.bytes.buffer, task.offsets.buffer]
  return readChecksumAnswer(await pool.run(task, { signal, transfer }))
}
