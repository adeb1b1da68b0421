/*
 * Makes a unique index in a store and is killed, by itself, when some of its rows are there:
 * `node kill-indexer.js PATH`.
 */
import { openStore } from '../../../lib/store/index.js'
import { systemOf } from './documents.js'

const [path = ''] = process.argv.slice(2)
const store = await openStore(path, { mode: 'write' })
const collection = store.collection(systemOf(store), 'c')
if (collection === undefined) throw new Error('there is no collection c')
const index = { type: 'persistent', name: 'byN', fields: ['n'], unique: true }
void store.createIndex(collection, index)
// Writes run in order: behind the begin of the creation, and at least one of its slices.
for (let slice = 0; slice < 3; slice += 1) await store.putMeta('slice', slice)
process.kill(process.pid, 'SIGKILL')
