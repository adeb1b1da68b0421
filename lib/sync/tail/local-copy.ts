import type { StoreCollection, StoreSnapshot } from '../../store/index.js'

/** Which collection of a local copy is meant; by its globallyUniqueId where that is known. */
export interface CopiedCollection {
  readonly globallyUniqueId?: string | undefined
  readonly name?: string | undefined
}

/** A copy of what a tail changes, as it is before the changes that come next. */
export interface LocalCopy {
  /** JSON text of a document; undefined when the copy has none. */
  document(databaseName: string, collection: CopiedCollection, key: string): Buffer | undefined
}

/**
 * A snapshot of a store as a copy that can be looked up. The snapshot is the caller's, and has to be
 * open as long as changes are told with it.
 */
export function localCopyOf(snapshot: StoreSnapshot): LocalCopy {
  // A snapshot does not change, so each collection is looked for once.
  const found = new Map<string, StoreCollection | undefined>()
  const find = (
    databaseName: string,
    { globallyUniqueId, name }: CopiedCollection,
  ): StoreCollection | undefined => {
    const text = JSON.stringify([databaseName, globallyUniqueId, name])
    if (!found.has(text)) {
      const database = snapshot.database(databaseName)
      const names = [globallyUniqueId, name].filter((one) => one !== undefined)
      const collections = names.map((one) => database && snapshot.collection(database, one))
      found.set(
        text,
        collections.find((collection) => collection !== undefined),
      )
    }
    return found.get(text)
  }
  return {
    document(databaseName, collection, key) {
      const own = find(databaseName, collection)
      return own && snapshot.document(own, key)
    },
  }
}
