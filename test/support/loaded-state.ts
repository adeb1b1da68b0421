import { openStore, type Store, type StoreDatabase } from '../../lib/store/index.js'
import { databaseOf } from '../server/support/test-leader.js'
import type { LoadedState } from './mixed-load-model.js'

/** Reads the values of all documents of a store, which another process may have open. */
export async function readLoadedState(path: string, database = '_system'): Promise<LoadedState> {
  const store = await openStore(path, { mode: 'read' })
  try {
    return await loadedStateOf(store, databaseOf(store, database))
  } finally {
    await store.close()
  }
}

/** The values of all documents of an open store. */
export async function loadedStateOf(store: Store, database: StoreDatabase): Promise<LoadedState> {
  const snapshot = await store.openSnapshot()
  const state = new Map<string, Map<string, string>>()
  try {
    for (const collection of snapshot.collections(database)) {
      const { name, isSystem } = collection.definition
      if (isSystem) continue
      const values = new Map<string, string>()
      for await (const block of snapshot.readLines(collection, { form: 'bare' })) {
        for (const line of block.toString().split('\n')) {
          if (line === '') continue
          const { _key, value } = JSON.parse(line) as { _key: string; value: string }
          values.set(_key, value)
        }
      }
      state.set(name, values)
    }
  } finally {
    snapshot.close()
  }
  return state
}
