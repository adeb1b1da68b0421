import { concatMap, defer, endWith, from, ignoreElements, map, type Observable } from 'rxjs'
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
import { selectCollections, type CollectionSelection } from './select-collections.js'

/** How {@link checksumSource} computes. */
export interface ChecksumOptions extends CollectionSelection {
  readonly signal?: AbortSignal | undefined
  /** Threads that hash; 0 computes in this one. Default: 2. */
  readonly workers?: number | undefined
}

/** The checksum of one collection. */
export interface CollectionChecksum extends Checksum {
  readonly collection: string
}

/** Something that sums chunks up, here or in threads. */
interface Summer {
  sum(chunk: EntryChunk): Promise<Checksum>
  /** Chunks to hand out before waiting for the first. */
  readonly inFlight: number
  close(): Promise<void>
}

const DEFAULT_WORKERS = 2

/**
 * Sums up every chosen collection of a source, in the order of its inventory: document count, hash
 * over revisions and hash over contents, all independent of order ({@link Checksum}).
 *
 * @throws UnknownCollectionError as an error of the Observable, when a chosen name does not exist
 */
export function checksumSource(
  source: Source,
  options: ChecksumOptions = {},
): Observable<CollectionChecksum> {
  const { signal, workers = DEFAULT_WORKERS } = options
  const open = async (inner: AbortSignal): Promise<{ snapshot: Snapshot; summer: Summer }> => {
    const all = signal === undefined ? inner : AbortSignal.any([inner, signal])
    const snapshot = await source.openSnapshot({ signal: all })
    return { snapshot, summer: workers === 0 ? ownThread() : otherThreads(workers, signal) }
  }
  return usingResource(
    open,
    ({ snapshot, summer }) =>
      defer(() => snapshot.inventory({ signal })).pipe(
        concatMap(({ collections }) =>
          from(selectCollections(collections, options, source.address)),
        ),
        concatMap((collection) => checksumCollection(snapshot, collection, summer, signal)),
      ),
    async ({ snapshot, summer }) => {
      await Promise.all([summer.close(), snapshot.close()])
    },
  )
}

function checksumCollection(
  snapshot: Snapshot,
  { definition }: SnapshotCollection,
  summer: Summer,
  signal: AbortSignal | undefined,
): Observable<CollectionChecksum> {
  return defer(() => {
    let total = EMPTY_CHECKSUM
    const add = (one: Checksum): void => {
      total = addChecksums(total, one)
    }
    const underWay: Promise<void>[] = []
    const sum$ = observePull(
      (inner) => readAhead(snapshot.dump(definition, { signal: inner })),
      async ({ chunk }) => {
        const sum = summer.sum(chunk).then(add)
        sum.catch(() => undefined)
        underWay.push(sum)
        if (underWay.length >= summer.inFlight) await underWay.shift()
      },
      signal,
    )
    return sum$.pipe(
      ignoreElements(),
      endWith(undefined),
      concatMap(() => Promise.all(underWay)),
      map(() => ({ collection: definition.name, ...total })),
    )
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
