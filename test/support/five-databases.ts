import assert from 'node:assert/strict'
import type { Store } from '../../lib/store/index.js'
import { databaseOf, fillCollection } from '../server/support/test-leader.js'

/** Databases besides `_system`, some of names that have to be escaped on their way. */
export const FIVE = ['alpha', 'beta', 'Gamma', 'hä 100 %', 'omega'] as const

/** Makes five databases beside `_system`, with documents, edges, an index and a view in each. */
export async function makeFive(store: Store): Promise<void> {
  await fillCollection(store, 'of system', 3)
  for (const [index, name] of FIVE.entries()) await makeDatabase(store, name, 10 * (index + 1))
}

/** Makes a database of `count` documents, half as many edges, an index and a view. */
export async function makeDatabase(store: Store, name: string, count: number): Promise<void> {
  const database = await store.createDatabase(name)
  const { collection } = await fillCollection(store, 'things', count, { database })
  await fillCollection(store, 'links', count / 2, { database, type: 3 })
  await store.createIndex(collection, { type: 'persistent', fields: ['text'], name: 'byText' })
  await store.createView(database, { name: 'found', type: 'arangosearch' })
}

/**
 * Changes what {@link makeFive} made: drops `beta`, makes `new`, and changes documents, an index, a
 * view and collections of others.
 */
export async function changeFive(store: Store): Promise<void> {
  await store.dropDatabase('beta')
  await makeDatabase(store, 'new', 8)
  const alpha = databaseOf(store, 'alpha')
  const things = store.collection(alpha, 'things') ?? assert.fail('there are no things')
  await store.put(things, '{"_key":"key1","text":"changed"}')
  await store.insert(things, '{"_key":"fresh"}')
  await store.remove(things, 'key2')
  await store.createIndex(things, { type: 'persistent', fields: ['more'], name: 'byMore' })
  const gamma = databaseOf(store, 'Gamma')
  const links = store.collection(gamma, 'links') ?? assert.fail('there are no links')
  await store.dropCollection(links)
  const [view] = store.views(gamma)
  if (view !== undefined) await store.dropView(view)
  await fillCollection(store, 'later', 4, { database: databaseOf(store, 'omega') })
}
