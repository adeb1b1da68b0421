import type { JsonObject } from '../wire/index.js'
import { readCounters } from './catalog.js'
import { findById, requireCounters } from './collection-writes.js'
import { indexId } from './definitions.js'
import { IndexBuild } from './index-build.js'
import { createIndex, putIndex } from './index-writes.js'
import type { CollectionRef } from './store-transaction.js'
import type { StoreWriter } from './store-writer.js'
import { readUniqueIndex, type UniqueIndex } from './unique-index.js'
import { addEnforced, dropEnforced, putEnforced } from './unique-writes.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * Makes an index. The documents of a unique one are checked first, in slices, and what is written
 * meanwhile must obey it already. There is no definition of it before the end: whatever ends the
 * process, it is either there and true, or the next open removes its rows.
 *
 * @throws DocumentError `ERR_UNIQUE_CONFLICT` when two documents have the same values; then there is
 *   no index
 */
export async function makeIndex(
  writer: StoreWriter,
  { id }: CollectionRef,
  given: JsonObject,
  signal?: AbortSignal,
): Promise<JsonObject> {
  const begun = await writer.writeAndPurge((transaction) => begin(transaction, id, given))
  if (begun.made !== undefined) return begun.made
  const isOwn = ({ creation }: UniqueIndex): boolean => creation === begun.creation
  try {
    await new IndexBuild(writer, { id, isBuilt: isOwn, isStrict: true }).run(signal)
    return await writer.writeAndPurge((transaction) => finish(transaction, id, given, isOwn))
  } catch (error) {
    await cancel(writer, id, isOwn)
    throw error
  }
}

type Begun =
  | { readonly made: JsonObject; readonly creation?: undefined }
  | { readonly made?: undefined; readonly creation: number }

function begin(transaction: WriteTransaction, id: number, given: JsonObject): Begun {
  findById(transaction, id)
  const index = readUniqueIndex(given, indexId(given) ?? '')
  const { documents } = requireCounters(transaction, id)
  if (index === undefined || documents === 0)
    return { made: createIndex(transaction, { id }, given) }
  const number = transaction.nextId()
  addEnforced(transaction, id, { ...index, number, creation: number })
  return { creation: number }
}

/** Turns what was checked into an index; one of the same id is replaced. */
function finish(
  transaction: WriteTransaction,
  id: number,
  given: JsonObject,
  isOwn: (index: UniqueIndex) => boolean,
): JsonObject {
  const made = putIndex(transaction, { id }, given)
  const ownId = indexId(made) ?? ''
  const { uniqueIndexes = [] } = dropEnforced(
    transaction,
    id,
    (index) => index.id === ownId && index.creation === undefined,
  )
  const indexes = uniqueIndexes.map((index) =>
    isOwn(index) ? { ...index, id: ownId, creation: undefined } : index,
  )
  putEnforced(transaction, id, indexes)
  return made
}

async function cancel(
  writer: StoreWriter,
  id: number,
  isOwn: (index: UniqueIndex) => boolean,
): Promise<void> {
  try {
    await writer.writeAndPurge((transaction) => {
      if (readCounters(transaction.tables.meta, id) === undefined) return
      dropEnforced(transaction, id, isOwn)
    })
  } catch {
    // The store is closed, or its disk refuses: the next open does it.
  }
}
