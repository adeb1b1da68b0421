import { StoreError } from './store-error.js'
import type { StoreMode } from './store.js'

interface OpenStore {
  /** lmdb opens the files once a process: the first one decides. */
  readonly isReadOnly: boolean
  count: number
  hasWriter: boolean
}

/** What this process has open, by real path. */
const openStores = new Map<string, OpenStore>()

/**
 * Notes that this process opens a store.
 *
 * @param path - the real path, so that links and relative paths are told
 * @returns to be called when the store is closed; only the first time counts
 * @throws StoreError `ERR_STORE_LOCKED` when the process writes to it already, or has it open for
 *   reading, whose files lmdb would share
 */
export function noteOpen(path: string, mode: StoreMode): () => void {
  const isWriter = mode === 'write'
  const known = openStores.get(path)
  if (isWriter && known?.hasWriter === true) {
    throw locked(path, 'this process has it open for writing')
  }
  if (isWriter && known?.isReadOnly === true) {
    throw locked(path, 'this process has it open for reading; open it for writing first')
  }
  const store = known ?? { isReadOnly: !isWriter, count: 0, hasWriter: false }
  openStores.set(path, store)
  store.count += 1
  if (isWriter) store.hasWriter = true
  let isClosed = false
  return () => {
    if (isClosed) return
    isClosed = true
    store.count -= 1
    if (isWriter) store.hasWriter = false
    if (store.count === 0) openStores.delete(path)
  }
}

/** The error for a store that somebody else writes to. */
export function locked(path: string, reason: string): StoreError {
  return new StoreError('ERR_STORE_LOCKED', `Cannot open the store ${path} for writing: ${reason}`)
}
