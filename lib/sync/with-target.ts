import assert from 'node:assert/strict'
import type { TargetCopy } from '../replica/index.js'
import type { TargetCollectionView } from './compare-collection.js'

/**
 * Looks at a collection of a target as it is now; the view ends with `use`.
 *
 * @param name - of a collection that is there
 * @throws what `use` throws
 */
export async function withTargetCollection<Result>(
  copy: TargetCopy,
  name: string,
  signal: AbortSignal,
  use: (target: TargetCollectionView) => Promise<Result> | Result,
): Promise<Result> {
  signal.throwIfAborted()
  const snapshot = await copy.openSnapshot({ signal })
  try {
    const { collections } = await snapshot.inventory({ signal, sizeOf: name })
    const collection = collections.find(({ definition }) => definition.name === name)
    assert.ok(collection !== undefined, 'the collection that is being repaired is there')
    return await use({ snapshot, collection })
  } finally {
    await snapshot.close()
  }
}
