import assert from 'node:assert/strict'
import { openTables } from '../../lib/store/layout.js'
import type { Store } from '../../lib/store/index.js'
import { documents, makeCollection, reread } from './support/documents.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

describe('WriteQueue', () => {
  const { open, path } = useStore()

  /** Transactions that a piece of work took. */
  async function transactionsOf(work: () => Promise<unknown>): Promise<number> {
    const tables = openTables(path(), { readOnly: true, openBatchesMax: 1, workerCount: 0 })
    assert.ok(tables)
    const count = (): number => (tables.root.getStats() as { lastTxnId: number }).lastTxnId
    const before = count()
    await work()
    const transactions = count() - before
    await tables.root.close()
    return transactions
  }

  function insertMany(store: Store, count: number): Promise<unknown> {
    const inserts = async (): Promise<unknown> => {
      const collection = await makeCollection(store)
      return Promise.all(Array.from({ length: count }, () => store.insert(collection, '{}')))
    }
    return inserts()
  }

  it('puts writes of many callers into one transaction', async () => {
    const store = await open()
    const transactions = await transactionsOf(() => insertMany(store, 500))
    assert.ok(transactions <= 3, `${transactions} transactions`)
  })

  it('bounds a transaction', async () => {
    const store = await open()
    const transactions = await transactionsOf(() => insertMany(store, 5000))
    assert.ok(transactions >= 6 && transactions <= 10, `${transactions} transactions`)
  })

  it('lets a snapshot in while writes never end', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    let isOver = false
    const writeOn = async (writer: number): Promise<void> => {
      for (let from = 0; !isOver; from += 100) {
        await store.applyChunk(collection, documents(100, writer * 1_000_000 + from))
      }
    }
    const writers = [1, 2, 3].map(writeOn)
    for (let round = 0; round < 5; round += 1) (await store.openSnapshot()).close()
    isOver = true
    await Promise.all(writers)
  })

  it('finishes what was begun before a close, and refuses what comes after', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const before = [0, 1, 2].map((round) =>
      store.applyChunk(collection, documents(900, round * 900)),
    )
    const closing = store.close()
    const after = store.applyChunk(collection, documents(1, 9000))
    await assert.rejects(after, withCode('ERR_STORE_CLOSED'))
    await Promise.all(before)
    await closing
    assert.equal(reread(await open(), collection).documents, 2700)
  })
})
