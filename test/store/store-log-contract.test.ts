import { openStoreSource } from '../../lib/store/index.js'
import { openTestStore } from '../server/support/test-leader.js'
import { describeChangeLog } from '../support/change-log-contract.js'

describeChangeLog(
  'The log of a store',
  async (database, use) => {
    const { store, close } = await openTestStore()
    if (store.database(database) === undefined) await store.createDatabase(database)
    const source = await openStoreSource(store.path, database)
    try {
      await use(store, source)
    } finally {
      await source.close()
      await close()
    }
  },
  { waits: true, tellsGaps: true },
)
