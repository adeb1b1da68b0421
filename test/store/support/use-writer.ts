import { CatalogReader } from '../../../lib/store/catalog.js'
import { openStore } from '../../../lib/store/index.js'
import { openTables, type Tables } from '../../../lib/store/layout.js'
import { StoreWriter } from '../../../lib/store/store-writer.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

/** The writing side of a store without the store around it, for writes that are undone. */
export interface TestWriter {
  readonly path: string
  readonly tables: Tables
  readonly writer: StoreWriter
}

/** Gives every test of the suite a store of its own; it is closed after the test. */
export function useWriter(): () => Promise<TestWriter> {
  const directory = useTemporaryDirectory()
  const opened: TestWriter[] = []
  afterEach(async () => {
    for (const { writer, tables } of opened.splice(0)) {
      await writer.close()
      await tables.root.close()
    }
  })
  return async () => {
    const path = directory.at('store')
    await (await openStore(path, { mode: 'write', create: true })).close()
    const tables = openTables(path, { readOnly: false, openBatchesMax: 1, workerCount: 0 })
    if (tables === undefined) throw new Error('there are no tables')
    const catalogs = new CatalogReader(tables.meta)
    const writer = new StoreWriter({ tables, catalogs, serverId: '7', now: Date.now })
    const made = { path, tables, writer }
    opened.push(made)
    return made
  }
}
