/*
 * Keeps a search index of a collection in memory: reads its documents once, and follows the log from
 * there on. Each line of the input is a search; the keys of the best ten documents are the answer.
 *
 *     TIDEMARK_USERNAME=root TIDEMARK_PASSWORD=… \
 *       node dist/examples/search-index.js http://127.0.0.1:8529/_db/shop products name text
 */
import { createInterface } from 'node:readline'
import MiniSearch from 'minisearch'
import { openRemote, parseAddress, type JsonObject } from 'tidemark'
import {
  filterCollections,
  followTail,
  groupTransactions,
  resumeOnError,
  toAsyncIterable,
  toChangeEvents,
} from 'tidemark/tail'

const [url = '', collection = '', ...fields] = process.argv.slice(2)
const address = parseAddress(url)
if (address.kind !== 'remote') throw new TypeError('The first argument is not the URL of a server')
const { TIDEMARK_USERNAME: username, TIDEMARK_PASSWORD: password } = process.env
const source = openRemote(address, { username, password })
const index = new MiniSearch<JsonObject>({ idField: '_key', fields })

function put(document: JsonObject): void {
  if (index.has(document['_key'])) index.replace(document)
  else index.add(document)
}

const snapshot = await source.openSnapshot()
const from = snapshot.tick ?? 'start'
for (const { definition } of (await snapshot.inventory()).collections) {
  if (definition.name !== collection) continue
  for await (const { chunk } of snapshot.dump(definition)) {
    for (const document of chunk.documents()) put(document)
  }
}
await snapshot.close()
console.log(`${index.documentCount} documents`)
createInterface({ input: process.stdin }).on('line', (text) => {
  const found = index.search(text, { prefix: true }).slice(0, 10)
  console.log(`${text}: ${found.map(({ id }) => String(id)).join(' ')}`)
})

const changes$ = followTail(source, { from }).pipe(
  resumeOnError(),
  filterCollections({ collections: [collection] }),
  groupTransactions(),
  toChangeEvents(),
)
for await (const { kind, key, document } of toAsyncIterable(changes$)) {
  if (kind === 'put') put(JSON.parse(String(document)) as JsonObject)
  else if (kind === 'remove' && index.has(key)) index.discard(key)
  else if (kind === 'truncate' || kind === 'drop-collection') index.removeAll()
  console.log(key === undefined ? kind : `${kind} ${key}`)
}
