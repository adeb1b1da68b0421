/*
 * Copies a dump directory into a store and shows how far it is.
 *
 *     node dist/examples/copy-database.js ./dump ./copy shop
 */
import { openDirectory, openStoreTarget, runFullSync, type SyncEvent } from 'tidemark'

const [dump = './dump', store = './copy', database = '_system'] = process.argv.slice(2)

function show(event: SyncEvent): void {
  if (event.kind === 'collection-finished') {
    console.log(`${event.collection}: ${event.totals.documents} documents`)
  } else if (event.kind === 'warning') {
    console.warn(event.message)
  }
}

const source = await openDirectory(dump)
const target = await openStoreTarget(store, database)
try {
  const { totals } = await runFullSync(source, target, {}, show)
  console.log(`all: ${totals.documents} documents, ${totals.bytes} bytes`)
} finally {
  await source.close()
  await target.close()
}
