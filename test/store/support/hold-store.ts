/*
 * Holds a store open for writing: `node hold-store.js PATH`, with a channel to the parent. Writes some
 * documents and says so, and again for every message that it gets.
 */
import { openStore } from '../../../lib/store/index.js'
import { documents, systemOf } from './documents.js'

const DOCUMENTS = 10

const store = await openStore(process.argv[2] ?? '', { mode: 'write', create: true })
const collection = await store.createCollection(systemOf(store), { name: 'held', type: 2 })
let written = 0

async function writeMore(): Promise<void> {
  await store.applyChunk(collection, documents(DOCUMENTS, written))
  written += DOCUMENTS
  process.send?.(written)
}

process.on('message', () => void writeMore())
await writeMore()
