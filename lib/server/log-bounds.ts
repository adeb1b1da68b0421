import type { Store, StoreSnapshot } from '../store/index.js'

/** Looks where the log begins and ends, both at one time. */
export async function readLogBounds(
  store: Store,
  signal: AbortSignal,
): Promise<Pick<StoreSnapshot, 'firstTick' | 'lastTick'>> {
  const snapshot = await store.openSnapshot({ signal })
  try {
    const { firstTick, lastTick } = snapshot
    return { firstTick, lastTick }
  } finally {
    snapshot.close()
  }
}
