import type { OpenStoreOptions, Store } from './store.js'
import { StoreError } from './store-error.js'

/**
 * Opens a store.
 *
 * @throws StoreError `ERR_STORE_NOT_FOUND`, `ERR_STORE_LOCKED` when another writer has it,
 *   `ERR_STORE_FORMAT` when it is of an unknown format or no store
 */
export function openStore(path: string, options: OpenStoreOptions): Promise<Store> {
  const reason = `Cannot open the store ${path} for ${options.mode}: not built yet`
  return Promise.reject(new StoreError('ERR_STORE_FORMAT', reason))
}
