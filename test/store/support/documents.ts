import { decodeRevision, encodeRevision, revision } from '../../../lib/values/index.js'
import type { Store, StoreCollection, StoreDatabase } from '../../../lib/store/index.js'
import { chunkOf } from '../../support/chunk.js'
import type { EntryChunk } from '../../../lib/streams/index.js'

/** 2022-12-07, the time of {@link revisionText}`(0)`. */
const BASE = 1751573345589n << 20n

/** The text of a revision; they ascend with the number. */
export function revisionText(number: number): string {
  return encodeRevision(revision(BASE + BigInt(number)))
}

/** The revisions of {@link revisionText}. */
export function revisionsOf(numbers: readonly number[]): BigUint64Array {
  return BigUint64Array.from(numbers.map((number) => decodeRevision(revisionText(number))))
}

/** The text of a document with a revision of its own. */
export function documentText(key: string, number: number, rest = ''): string {
  return `{"_key":"${key}","_id":"c/${key}","_rev":"${revisionText(number)}"${rest}}`
}

/** Documents `k<from>` up to `k<from + count - 1>`, bare lines. */
export function documents(count: number, from = 0): EntryChunk {
  const numbers = Array.from({ length: count }, (_, index) => from + index)
  return chunkOf(numbers.map((number) => documentText(`k${number}`, number, `,"n":${number}`)))
}

/** The database `_system`. */
export function systemOf(store: Pick<Store, 'database'>): StoreDatabase {
  const database = store.database('_system')
  if (database === undefined) throw new Error('there is no _system')
  return database
}

/** Makes a collection of documents, named `c` unless said otherwise. */
export function makeCollection(
  store: Store,
  { name = 'c', type = 2 }: { readonly name?: string; readonly type?: 2 | 3 } = {},
): Promise<StoreCollection> {
  return store.createCollection(systemOf(store), { name, type })
}

/** The collection as it is now. */
export function reread(store: Store, { definition: { name } }: StoreCollection): StoreCollection {
  const collection = store.collection(systemOf(store), name)
  if (collection === undefined) throw new Error(`there is no collection ${name}`)
  return collection
}

/** All documents of a collection as the lines of a dump, in the order of their revisions. */
export async function linesOf(store: Store, collection: StoreCollection): Promise<string[]> {
  const snapshot = await store.openSnapshot()
  try {
    const blocks: Buffer[] = []
    const found = snapshot.collection(systemOf(store), collection.definition.name)
    if (found === undefined) return []
    for await (const block of snapshot.readLines(found, { form: 'bare' })) blocks.push(block)
    return Buffer.concat(blocks).toString().split('\n').slice(0, -1)
  } finally {
    snapshot.close()
  }
}
