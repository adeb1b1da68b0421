/*
 * A leader in a process of its own, over the store whose path is the argument. Asked for it, it
 * inserts a document, and tells when it began and when that was on its disk.
 */
import assert from 'node:assert/strict'
import { startLeader } from '../../lib/server/index.js'
import { openStore } from '../../lib/store/index.js'
import { COLLECTION } from './sample.js'

/** When a document was written, by the clock that all processes of a machine share. */
export interface WrittenAt {
  /** Nanoseconds, decimal. */
  readonly begunNs: string
  /** Nanoseconds, decimal. */
  readonly doneNs: string
}

const [, , path = ''] = process.argv
const store = await openStore(path, { mode: 'write' })
const database = store.database('_system')
assert.ok(database !== undefined)
const collection = store.collection(database, COLLECTION)
assert.ok(collection !== undefined)
const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
process.on('message', () => {
  const begun = process.hrtime.bigint()
  void store.insert(collection, '{"text":"one of many"}').then(() => {
    const done = process.hrtime.bigint()
    process.send?.({ begunNs: `${begun}`, doneNs: `${done}` } satisfies WrittenAt)
  })
})
process.once('disconnect', () => {
  void leader.close().then(() => store.close())
})
process.send?.(leader.url)
