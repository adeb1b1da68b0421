import type { Store, StoreCollection } from '../../../lib/store/index.js'
import { ask, type Reply } from './ask.js'
import { databaseOf, type TestLeader } from './test-leader.js'

/** Counts of an import that nothing happened in. */
export const NOTHING = { error: false, created: 0, errors: 0, empty: 0, updated: 0, ignored: 0 }

/** Sends an import; `query` begins with the name of the collection. */
export function askImport(
  { url }: Pick<TestLeader, 'url'>,
  query: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/octet-stream' },
): Promise<Reply> {
  return ask(`${url}/_api/import?collection=${query}`, { method: 'POST', headers, body })
}

/** The JSON value of an answer. */
export function countsOf({ body }: Reply): Record<string, unknown> {
  return JSON.parse(body.toString()) as Record<string, unknown>
}

/** Makes an empty collection in `_system`. */
export function makeCollection(
  store: Store,
  name: string,
  type: 2 | 3 = 2,
): Promise<StoreCollection> {
  return store.createCollection(databaseOf(store, '_system'), { name, type })
}

/** The text of a document without what the store puts in front of it. */
export function restOf(store: Store, collection: StoreCollection, key: string): string | undefined {
  const text = store.document(collection, key)?.text.toString()
  return text?.replace(/^\{"_key":"[^"]*","_id":"[^"]*","_rev":"[^"]*",?/, '{')
}

/** How many documents a collection has now. */
export function countOf(store: Store, name: string): number {
  return store.collection(databaseOf(store, '_system'), name)?.documents ?? -1
}
