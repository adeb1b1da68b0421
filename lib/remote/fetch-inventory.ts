import type { InventoryOptions, SnapshotCollection, SnapshotInventory } from '../replica/index.js'
import {
  asCount,
  attribute,
  ERROR_NUMBER,
  parseInventory,
  read,
  type CollectionDefinition,
  type InventoryCollection,
  type Json,
} from '../wire/index.js'
import type { BatchSession } from './batch-session.js'
import { parseOr1401 } from './parse-or-1401.js'
import { RemoteStatusError } from './remote-error.js'

/** For messages. */
export const INVENTORY_TASK = 'read the inventory'
const COUNTS_IN_FLIGHT = 4
const COUNT_MS_MAX = 5000

/** Reads what is in the batch's database: system collections too, deleted ones not. */
export async function fetchInventory(
  session: BatchSession,
  { signal, sizeOf }: InventoryOptions,
): Promise<SnapshotInventory> {
  const value = await requestInventory(session, {}, signal)
  const task = { task: INVENTORY_TASK, address: session.connection.address }
  const { collections, views, properties } = parseOr1401(task, () => parseInventory(value))
  const present = collections.filter(({ isDeleted }) => !isDeleted)
  const sized = await addCounts(session, present, { signal, sizeOf })
  return { collections: sized, views, properties, isCopyUnfinished: false }
}

/**
 * Asks for an inventory, system collections included.
 *
 * @param query - what to ask for besides
 * @throws RemoteError
 */
export function requestInventory(
  session: BatchSession,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Json> {
  return session.use(INVENTORY_TASK, () =>
    session.connection.exchange(
      {
        task: INVENTORY_TASK,
        method: 'GET',
        path: '/_api/replication/inventory',
        query: { ...session.query, includeSystem: 'true', ...query },
        repeat: 'always',
        signal,
      },
      (answer) => answer.json(),
    ),
  )
}

/**
 * Asks for the number of documents of each collection, a few at a time. It is that of now and not of
 * the batch, good for progress alone, so the first failure ends the asking.
 */
async function addCounts(
  session: BatchSession,
  collections: readonly InventoryCollection[],
  { signal, sizeOf }: InventoryOptions,
): Promise<readonly SnapshotCollection[]> {
  const counts = new Map<CollectionDefinition, number>()
  const waiting: CollectionDefinition[] = collections.filter(
    ({ name }) => sizeOf === undefined || name === sizeOf,
  )
  const askOn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        counts.set(next, await fetchCount(session, next, signal))
      } catch (error) {
        signal?.throwIfAborted()
        if (!isUnknownCollection(error)) waiting.length = 0
      }
    }
  }
  await Promise.all(Array.from({ length: COUNTS_IN_FLIGHT }, askOn))
  return collections.map((collection) => {
    const { hasReplacedRevisions = false, ...definition } = collection
    const size = { documents: counts.get(collection), bytes: undefined }
    return { definition, size, hasReplacedRevisions }
  })
}

async function fetchCount(
  { connection }: BatchSession,
  { name }: CollectionDefinition,
  signal: AbortSignal | undefined,
): Promise<number> {
  const limit = AbortSignal.timeout(COUNT_MS_MAX)
  const value = await connection.exchange(
    {
      task: `count collection "${name}"`,
      method: 'GET',
      path: `/_api/collection/${encodeURIComponent(name)}/count`,
      repeat: 'never',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    },
    (answer) => answer.json(),
  )
  return asCount(attribute(read(value, 'a count'), 'count'))
}

function isUnknownCollection(error: unknown): boolean {
  return error instanceof RemoteStatusError && error.errorNum === ERROR_NUMBER.collectionNotFound
}
