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
import { jsonAnswer } from '../answer.js'
import { unknownInventoryBatch } from '../batch-errors.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter, textParameter, type Parameters } from '../parameters.js'
import { RequestError } from '../request-error.js'
import { logStateAt } from '../server-identity.js'

interface Input {
  readonly batchId: string | undefined
  readonly isGlobal: boolean
  /** Only this collection; ignored by a global inventory. */
  readonly collection: string | undefined
  readonly system: SystemCollectionOptions
}

type Position = Pick<Inventory, 'state' | 'tick'>

/**
 * `GET /_api/replication/inventory?batchId=[&includeSystem=true][&includeFoxxQueues=false]
 * [&collection=][&global=false]`: what the batch's snapshot holds.
 *
 * 200 `{properties, collections, views, state, tick}`, without properties and views for a single
 * collection, or `{databases, state, tick}`; 403 with errorNum 11 for a global one outside
 * `_system`; 404 with errorNum 1600 for a missing or unknown batch.
 */
export const getInventory: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/replication/inventory',
  access: 'database-ro',

  read: ({ query }) => ({
    batchId: textParameter(query, 'batchId'),
    isGlobal: booleanParameter(query, 'global') ?? false,
    collection: textParameter(query, 'collection'),
    system: readSystem(query),
  }),

  answer(input, { database }, { store, batches }) {
    const { batchId, isGlobal } = input
    if (isGlobal && database.name !== SYSTEM_DATABASE) throw globalOutsideSystem()
    const batch = batchId === undefined ? undefined : batches.use(batchId)
    if (batch === undefined) throw unknownInventoryBatch(batchId !== undefined)
    try {
      const { snapshot } = batch
      const position = {
        state: logStateAt(snapshot.lastTick, store.markerCount),
        tick: store.lastTick,
      }
      return jsonAnswer(inventoryOf(snapshot, database, input, position))
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
  snapshot: StoreSnapshot,
  database: StoreDatabase,
  { isGlobal, collection, system }: Input,
  position: Position,
): JsonObject {
  if (isGlobal) {
    const databases = snapshot.databases().map((each) => ({
      id: each.id.toString(),
      name: each.name,
      ...wholeDatabase(snapshot, each, system),
    }))
    return formatGlobalInventory({ databases, ...position })
  }
  const content =
    collection === undefined
      ? wholeDatabase(snapshot, database, system)
      : singleCollection(snapshot, database, collection, system)
  return formatInventory({ ...content, ...position })
}

function wholeDatabase(
  snapshot: StoreSnapshot,
  database: StoreDatabase,
  system: SystemCollectionOptions,
): DatabaseInventory {
  const { id, name } = database
  return {
    properties: { id: id.toString(), name, isSystem: name === SYSTEM_DATABASE },
    collections: snapshot
      .collections(database)
      .map(toInventoryCollection)
      .filter(({ name }) => isReplicated(name, system)),
    views: snapshot.views(database).map(({ definition }) => definition),
  }
}

function singleCollection(
  snapshot: StoreSnapshot,
  database: StoreDatabase,
  nameIdOrGuid: string,
  system: SystemCollectionOptions,
): DatabaseInventory {
  const found = snapshot.collection(database, nameIdOrGuid)
  const isThere = found !== undefined && isReplicated(found.definition.name, system)
  const collections = isThere ? [toInventoryCollection(found)] : []
  return { properties: undefined, collections, views: [] }
}

function toInventoryCollection({
  definition,
  hasReplacedRevisions,
}: StoreCollection): InventoryCollection {
  return { ...definition, hasReplacedRevisions }
}

function globalOutsideSystem(): RequestError {
  const message = 'global inventory can only be created from within _system database'
  return new RequestError(403, ERROR_NUMBER.forbidden, message)
}
