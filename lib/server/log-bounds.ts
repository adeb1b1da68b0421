import type { Store, StoreSnapshot } from '../store/index.js'

/** Looks where the log begins and ends, both at one time. */
export async function readLogBounds(
  store: Store,
  signal: AbortSignal,
): Promise<Pick<StoreSnapshot, 'firstTick' | 'lastTick' | 'removedTick'>> {
  const snapshot = await store.openSnapshot({ signal })
  try {
    const { firstTick, lastTick, removedTick } = snapshot
    return { firstTick, lastTick, removedTick }
  } finally {
    snapshot.close()
  }
}
