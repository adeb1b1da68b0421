import type { Store } from '../../../../lib/store/index.js'
import { databaseOf } from '../../../server/support/test-leader.js'
import { collectionOf, DATABASE } from '../../support/replica-pair.js'

/** Makes collections and puts a few documents into each. */
export async function fill(store: Store, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const made = await store.createCollection(databaseOf(store, DATABASE), { name, type: 2 })
    for (let index = 0; index < 3; index += 1) await store.put(made, `{"_key":"k${index}","n":0}`)
  }
}

/** Puts documents into a collection. */
export async function put(store: Store, name: string, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.put(collectionOf(store, name), `{"_key":"${key}","n":1}`)
}
