import { openRemote } from '../../lib/remote/index.js'
import { startTestLeader } from '../server/support/test-leader.js'
import { describeChangeLog } from '../support/change-log-contract.js'

describeChangeLog(
  'The log of a tidemark leader',
  async (database, use) => {
    const { store, url, close } = await startTestLeader()
    if (store.database(database) === undefined) await store.createDatabase(database)
    const source = openRemote({ kind: 'remote', url, database }, { retryDelayMs: 1 })
    try {
      await use(store, source)
    } finally {
      await source.close()
      await close()
    }
  },
  { waits: true, tellsGaps: true },
)
