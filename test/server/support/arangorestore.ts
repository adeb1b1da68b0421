import assert from 'node:assert/strict'
import { openDirectory } from '../../../lib/directory/index.js'
import type { Source } from '../../../lib/replica/index.js'
import { openStoreSource } from '../../../lib/store/index.js'
import { runDiff } from '../../../lib/sync/index.js'
import type { JsonObject, ViewDefinition } from '../../../lib/wire/index.js'
import {
  callArangorestore,
  type ArangorestoreCall,
  type ArangorestoreOptions,
} from '../../support/arangorestore-calls.js'
import type { TestLeader } from './test-leader.js'

/** A database that no dump is from. */
const DATABASE = 'restored'

/** What {@link assertRestored} does otherwise than by default. */
export type RestoredOptions = Omit<
  Partial<ArangorestoreOptions>,
  'url' | 'directory' | 'createDatabase'
>

/**
 * Restores a dump into a new database as arangorestore does, and compares what is there with the dump:
 * documents by content, indexes, and views. The database is dropped afterwards.
 *
 * @returns the requests that were made
 */
export async function assertRestored(
  { url, store }: Pick<TestLeader, 'url' | 'store'>,
  directory: string,
  options: RestoredOptions = {},
): Promise<readonly ArangorestoreCall[]> {
  const { database = DATABASE, collections } = options
  const calls = await callArangorestore({
    includeSystem: true,
    ...options,
    url,
    database,
    directory,
    createDatabase: true,
  })
  const dump = await openDirectory(directory)
  // Inventories of servers leave some system collections out.
  const copy = await openStoreSource(store.path, database)
  try {
    const { isEqual, collections: compared } = await runDiff(dump, copy, {
      by: 'content',
      includeSystem: true,
      collections: collections ?? (await namesOf(dump)),
    })
    assert.ok(isEqual, JSON.stringify(compared.filter((each) => !each.isEqual)))
    assert.deepEqual(await describe(copy, collections), await describe(dump, collections))
  } finally {
    await Promise.all([dump.close(), copy.close()])
    await store.dropDatabase(database)
  }
  return calls
}

async function namesOf(source: Source): Promise<string[]> {
  const snapshot = await source.openSnapshot()
  const { collections } = await snapshot.inventory()
  await snapshot.close()
  return collections.map(({ definition }) => definition.name)
}

/** Types, indexes and views, without the ids that every server makes. */
async function describe(
  source: Source,
  only: readonly string[] | undefined,
): Promise<Record<string, unknown>> {
  const names = only ?? (await namesOf(source))
  const snapshot = await source.openSnapshot()
  const { collections, views } = await snapshot.inventory()
  await snapshot.close()
  const described = collections
    .map(({ definition }) => definition)
    .filter(({ name, indexes }) => names.includes(name) && indexes.length > 0)
    .map(({ name, type, indexes }) => [name, type, indexes.map(describeIndex)] as const)
  const shown = only === undefined ? views.map(describeView) : []
  return { collections: described.sort(byName), views: shown }
}

function byName(a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]): number {
  return a[0] < b[0] ? -1 : 1
}

/** Dumps of before 3.5 name no indexes. */
function describeIndex({ id: _id, name: _name, ...rest }: JsonObject): JsonObject {
  return rest
}

function describeView({ name, type, properties }: ViewDefinition): unknown {
  const { id: _id, globallyUniqueId: _guid, ...rest } = properties
  return { name, type, rest }
}
