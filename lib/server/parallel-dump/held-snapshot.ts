import type { StoreSnapshot } from '../../store/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import type { BatchRegistry } from '../batches.js'
import { RequestError } from '../request-error.js'

/** What a context holds of the snapshot that it dumps. */
export interface HeldSnapshot {
  readonly snapshot: StoreSnapshot
  /** The batch that it belongs to, if any. */
  readonly batchId: string | undefined
  /**
   * Holds it for one request.
   *
   * @returns how to give that back; undefined where the batch is gone
   */
  acquire(): (() => void) | undefined
  /** Gives up what the context holds. */
  leave(): void
}

/**
 * Takes a snapshot for a context alone.
 *
 * @throws RequestError 503 with errorNum 32
 */
export async function holdNewSnapshot(
  batches: Pick<BatchRegistry, 'openSnapshot'>,
  signal: AbortSignal,
): Promise<HeldSnapshot> {
  const snapshot = await batches.openSnapshot(signal)
  return {
    snapshot,
    batchId: undefined,
    acquire() {
      snapshot.acquire()
      return () => {
        snapshot.release()
      }
    },
    leave() {
      snapshot.close()
    },
  }
}

/**
 * Holds the snapshot of a batch, which each request of the context prolongs. The batch may be deleted
 * or expire all the same.
 *
 * @throws RequestError 404 with errorNum 1600 when the batch is unknown
 */
export function holdBatchSnapshot(
  batches: Pick<BatchRegistry, 'use'>,
  wantedId: string,
): HeldSnapshot {
  const batch = batches.use(wantedId)
  if (batch === undefined) {
    throw new RequestError(404, ERROR_NUMBER.cursorNotFound, 'batch not found')
  }
  const { snapshot, id: batchId } = batch
  return {
    snapshot,
    batchId,
    acquire: () => {
      const use = batches.use(batchId)
      return use === undefined
        ? undefined
        : () => {
            use.release()
          }
    },
    leave() {
      batch.release()
    },
  }
}
