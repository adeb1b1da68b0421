import assert from 'node:assert/strict'
import { openStore, type Store, type StoreCollection } from '../../lib/store/index.js'
import { chunkLines } from '../../lib/streams/index.js'
import { generateLines, readBlocks } from '../support/generate-lines.js'

/** Name of the collection that the log speaks of. */
export const COLLECTION = 'customers'

const LINE_BYTES = 402
const BLOCK_BYTES = 256 * 1024
/** One document in as many is written in a transaction. */
const IN_TRANSACTIONS = 5
const TRANSACTION_DOCUMENTS = 100

/** Makes a store whose log tells of so many documents: most alone, some in transactions. */
export async function makeLog(path: string, documents: number): Promise<void> {
  const store = await openStore(path, { mode: 'write', create: true })
  try {
    const database = store.database('_system')
    assert.ok(database !== undefined)
    const collection = await store.createCollection(database, { name: COLLECTION, type: 2 })
    const inTransactions = Math.floor(documents / IN_TRANSACTIONS)
    const alone = generateLines(documents - inTransactions, LINE_BYTES)
    for await (const chunk of chunkLines(readBlocks(alone, BLOCK_BYTES))) {
      await store.applyChunk(collection, chunk)
    }
    await transact(store, collection, inTransactions, documents - inTransactions)
  } finally {
    await store.close()
  }
}

async function transact(
  store: Store,
  collection: StoreCollection,
  count: number,
  first: number,
): Promise<void> {
  const database = store.database('_system')
  assert.ok(database !== undefined)
  for (let done = 0; done < count; done += TRANSACTION_DOCUMENTS) {
    const documents = Math.min(TRANSACTION_DOCUMENTS, count - done)
    const lines = generateLines(documents, LINE_BYTES, first + done)
    await store.transaction(database, (operations) => {
      for (let offset = 0; offset < lines.length; offset += LINE_BYTES) {
        operations.put(collection, lines.subarray(offset, offset + LINE_BYTES))
      }
    })
  }
}
