import {
  SYSTEM_DATABASE,
  type StoreCollection,
  type StoreDatabase,
  type StoreSnapshot,
} from '../../store/index.js'
import {
  ERROR_NUMBER,
  formatGlobalInventory,
  formatInventory,
  isReplicated,
  type DatabaseInventory,
  type Inventory,
  type InventoryCollection,
  type JsonObject,
  type SystemCollectionOptions,
} from '../../wire/index.js'
import { answers, fails, queryFlag, queryText } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { unknownInventoryBatch } from '../batch-errors.js'
import type { Permissions } from '../auth/permissions.js'
import { isOlder, type Compat } from '../compat.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { olderParameters } from '../older-leader.js'
import { booleanParameter, textParameter, type Parameters } from '../parameters.js'
import { RequestError } from '../request-error.js'
import { BATCH_QUERY } from '../revisions-about.js'
import { logStateAt } from '../server-identity.js'

interface Input {
  readonly batchId: string | undefined
  readonly isGlobal: boolean
  /** Only this collection; ignored by a global inventory. */
  readonly collection: string | undefined
  readonly system: SystemCollectionOptions
}

type Position = Pick<Inventory, 'state' | 'tick'>

/** What of a snapshot the caller may see and asked for. */
interface View {
  readonly snapshot: StoreSnapshot
  readonly permissions: Permissions
  readonly compat: Compat
  readonly system: SystemCollectionOptions
}

/**
 * `GET /_api/replication/inventory`. Collections that the caller may not read are left out without a
 * word (server notes, 1), and so are the views of a database that the caller has no grant on; a global
 * inventory names such a database nevertheless, as the list of all databases does.
 */
export const getInventory: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/replication/inventory',
  access: 'database-ro',
  about: {
    summary:
      'collections that the caller may read, with indexes, and views, as the snapshot has them',
    parameters: [
      BATCH_QUERY,
      queryFlag('includeSystem', 'system collections too', true),
      queryFlag('includeFoxxQueues', '`_jobs` and `_queues` too', false),
      queryText('collection', 'only this one, and no views; nothing for a global inventory'),
      queryFlag('global', 'all databases; only in `_system`', false),
    ],
    documented: [200, 405, 500],
    statuses: [
      answers(
        200,
        '`{properties, collections, views, state, tick}`, or `{databases, state, tick}`',
      ),
      fails(403, 11, 'a global inventory outside `_system`'),
      fails(404, 1600, 'no batch is named, or it is unknown or has expired'),
    ],
  },

  read: ({ query }) => ({
    batchId: textParameter(query, 'batchId'),
    isGlobal: booleanParameter(query, 'global') ?? false,
    collection: textParameter(query, 'collection'),
    system: readSystem(query),
  }),

  answer(input, { database, permissions }, { store, batches, compat }) {
    const { batchId, isGlobal, system } = input
    if (isGlobal && database.name !== SYSTEM_DATABASE) throw globalOutsideSystem()
    const batch = batchId === undefined ? undefined : batches.use(batchId)
    if (batch === undefined) throw unknownInventoryBatch(batchId !== undefined)
    try {
      const { snapshot } = batch
      const position = {
        state: logStateAt(snapshot.lastTick, store.markerCount),
        tick: store.lastTick,
      }
      const view = { snapshot, permissions, compat, system }
      return jsonAnswer(inventoryOf(view, database, input, position))
    } finally {
      batch.release()
    }
  },
})

function readSystem(query: Parameters): SystemCollectionOptions {
  return {
    includeSystem: booleanParameter(query, 'includeSystem') ?? true,
    includeFoxxQueues: booleanParameter(query, 'includeFoxxQueues') ?? false,
  }
}

function inventoryOf(
  view: View,
  database: StoreDatabase,
  { isGlobal, collection }: Input,
  position: Position,
): JsonObject {
  if (isGlobal) {
    const databases = view.snapshot.databases().map((each) => ({
      id: each.id.toString(),
      name: each.name,
      ...wholeDatabase(view, each),
    }))
    return formatGlobalInventory({ databases, ...position })
  }
  const content =
    collection === undefined
      ? wholeDatabase(view, database)
      : singleCollection(view, database, collection)
  return formatInventory({ ...content, ...position })
}

function wholeDatabase(view: View, database: StoreDatabase): DatabaseInventory {
  const { id, name } = database
  const { snapshot, permissions } = view
  const views = permissions.database(name) === 'none' ? [] : snapshot.views(database)
  return {
    properties: { id: id.toString(), name, isSystem: name === SYSTEM_DATABASE },
    collections: snapshot
      .collections(database)
      .filter((collection) => isShown(view, database, collection))
      .map((collection) => toInventoryCollection(collection, view)),
    views: views.map(({ definition }) => definition),
  }
}

function singleCollection(
  view: View,
  database: StoreDatabase,
  nameIdOrGuid: string,
): DatabaseInventory {
  const found = view.snapshot.collection(database, nameIdOrGuid)
  const isThere = found !== undefined && isShown(view, database, found)
  const collections = isThere ? [toInventoryCollection(found, view)] : []
  return { properties: undefined, collections, views: [] }
}

function isShown(
  { permissions, system }: View,
  database: StoreDatabase,
  { definition: { name } }: StoreCollection,
): boolean {
  return isReplicated(name, system) && permissions.collection(database.name, name) !== 'none'
}

function toInventoryCollection(
  { definition, hasReplacedRevisions }: StoreCollection,
  { compat }: View,
): InventoryCollection {
  const { parameters } = definition
  const told = isOlder(compat) ? olderParameters(parameters) : parameters
  return { ...definition, parameters: told, hasReplacedRevisions }
}

function globalOutsideSystem(): RequestError {
  const message = 'global inventory can only be created from within _system database'
  return new RequestError(403, ERROR_NUMBER.forbidden, message)
}
