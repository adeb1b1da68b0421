import { StoreError } from './store-error.js'

/** The error for a collection of the store that is not there, or not any more. */
export function collectionNotFound(id: number): StoreError {
  return new StoreError('ERR_COLLECTION_NOT_FOUND', `Cannot find collection ${id}: no such one`)
}
