import { openStore, type OpenStoreOptions, type Store } from '../../../lib/store/index.js'
import { openTables, type Tables } from '../../../lib/store/layout.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

/** The store of one test. */
export interface TestStore {
  /** Where it is. */
  readonly path: () => string
  /** Makes or opens it for writing; it is closed after the test. */
  readonly open: (options?: Partial<OpenStoreOptions>) => Promise<Store>
  /** Looks into the tables behind the store's back. */
  readonly withTables: <Result>(look: (tables: Tables) => Result) => Promise<Result>
}

/** Gives every test of the suite a store of its own. */
export function useStore(): TestStore {
  const directory = useTemporaryDirectory()
  const opened: Store[] = []
  const path = (): string => directory.at('store')
  afterEach(async () => {
    for (const store of opened.splice(0).reverse()) await store.close()
  })
  return {
    path,
    open: async (options = {}) => {
      const store = await openStore(path(), { mode: 'write', create: true, ...options })
      opened.push(store)
      return store
    },
    withTables: async (look) => {
      const tables = openTables(path(), { readOnly: true, openBatchesMax: 1, workerCount: 0 })
      if (tables === undefined) throw new Error('there are no tables')
      try {
        return look(tables)
      } finally {
        await tables.root.close()
      }
    },
  }
}
