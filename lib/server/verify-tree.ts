import { diffTrees, MerkleTree, TreeError } from '../merkle/index.js'
import type { StoreCollection, StoreSnapshot } from '../store/index.js'
import { revision } from '../values/index.js'
import { ERROR_NUMBER } from '../wire/index.js'
import { RequestError } from './request-error.js'
import type { Verification } from './tree-blocks.js'

/** What a verification reads. */
type TreeReader = Pick<StoreSnapshot, 'tree' | 'readRevisions'>

/** Revisions that are read and put into the tree at one time: a few milliseconds. */
const SLICE_REVISIONS = 8192
const LAST = revision(2n ** 64n - 1n)

/**
 * Builds the tree of a collection from the revisions of its documents, in slices, and compares it
 * with the one that is kept. The caller holds the snapshot.
 *
 * @throws RequestError 500 when no tree of that range can hold the revisions
 */
export async function verifyTree(
  snapshot: TreeReader,
  collection: StoreCollection,
  signal: AbortSignal,
): Promise<Verification> {
  const stored = await snapshot.tree(collection, { signal })
  const computed = new MerkleTree(stored.shape)
  try {
    for await (const revisions of readAll(snapshot, collection, signal)) {
      computed.insertMany(revisions)
    }
  } catch (error) {
    throw error instanceof TreeError ? cannotCompute() : error
  }
  const isSame = computed.count === stored.count && computed.hash === stored.hash
  return { computed, stored, isEqual: isSame && diffTrees(computed, stored).length === 0 }
}

async function* readAll(
  snapshot: TreeReader,
  collection: StoreCollection,
  signal: AbortSignal,
): AsyncGenerator<BigUint64Array, void, undefined> {
  const limit = SLICE_REVISIONS
  for (let from = revision(0n); ;) {
    const page = await snapshot.readRevisions(collection, { from, through: LAST, limit, signal })
    yield page
    const last = page.at(-1)
    if (page.length < limit || last === undefined || last === LAST) return
    from = revision(last + 1n)
  }
}

function cannotCompute(): RequestError {
  const message = 'could not generate revision tree from collection'
  return new RequestError(500, ERROR_NUMBER.internal, message)
}
