/*
 * Keeps a copy of a server's database equal, for a job that runs every night: what did not change
 * since the last one does not move. Ended early, the next run goes on.
 *
 *     TIDEMARK_USERNAME=root TIDEMARK_PASSWORD=… \
 *       node dist/examples/nightly-copy.js http://127.0.0.1:8529/_db/shop ./copy shop
 */
import { openRemote, openStoreTarget, parseAddress, runSync, type SyncEvent } from 'tidemark'

const [url = '', store = './copy', database = '_system'] = process.argv.slice(2)
const address = parseAddress(url)
if (address.kind !== 'remote') throw new TypeError('The first argument is not the URL of a server')
const { TIDEMARK_USERNAME: username, TIDEMARK_PASSWORD: password } = process.env

function show(event: SyncEvent): void {
  if (event.kind === 'collection-finished') {
    const { documents, removals } = event.totals
    console.log(`${event.collection}: ${event.outcome}, ${documents} written, ${removals} removed`)
  } else if (event.kind === 'warning' || event.kind === 'retry') {
    console.warn(event.message)
  }
}

const source = openRemote(address, { username, password })
const target = await openStoreTarget(store, database)
try {
  const { repair } = await runSync(source, target, { incremental: true }, show)
  console.log(`${repair?.transferredBytes ?? 0} bytes moved, ${repair?.savedBytes ?? 0} saved`)
} finally {
  await source.close()
  await target.close()
}
