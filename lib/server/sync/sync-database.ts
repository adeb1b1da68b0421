import { openRemote } from '../../remote/index.js'
import type {
  Snapshot,
  SnapshotCollection,
  SnapshotInventory,
  Source,
} from '../../replica/index.js'
import { createStoreTarget, type Store, type StoreDatabase } from '../../store/index.js'
import { runSync } from '../../sync/index.js'
import { ERROR_NUMBER, isReplicated, type JsonObject } from '../../wire/index.js'
import type { Permissions } from '../auth/index.js'
import { databaseNotFound, forbidden, RequestError } from '../request-error.js'
import { loopDetected, syncRequestError } from './sync-error.js'
import type { SyncRequest } from './sync-request.js'
import type { Syncs } from './syncs.js'

/** Attempts after the first (client notes, 1.1). */
const RETRIES = 2
/** Trees that neither side keeps are built one at a time. */
const WORKERS = 1

/** What a synchronisation reads and writes. */
export interface SyncEnds {
  readonly request: SyncRequest
  readonly store: Store
  /** Where the data goes. */
  readonly database: StoreDatabase
  readonly permissions: Permissions
  readonly syncs: Pick<Syncs, 'maySyncFrom' | 'retryDelayMs'>
  readonly signal: AbortSignal
}

/**
 * Makes a database of the leader's own store equal to one of another server.
 *
 * @returns the body of the answer (client notes, 1.8)
 * @throws RequestError 403 with errorNum 11, 500 with 1400 to 1405; the signal's reason
 */
export async function syncDatabase(ends: SyncEnds): Promise<JsonObject> {
  const { request, signal } = ends
  const source = openSource(ends)
  try {
    return await readInto(source, ends)
  } catch (error) {
    signal.throwIfAborted()
    throw syncRequestError(error, request)
  } finally {
    await source.close()
  }
}

function openSource({ request, database, syncs }: SyncEnds): Source {
  const { endpoint, credentials, silenceMsMax } = request
  const name = request.database ?? database.name
  return openRemote(
    { kind: 'remote', url: endpoint.url, database: name },
    {
      ...credentials,
      retries: RETRIES,
      retryDelayMs: syncs.retryDelayMs,
      silenceMsMax,
      mayConnect: (address) => syncs.maySyncFrom(address, endpoint),
    },
  )
}

async function readInto(source: Source, ends: SyncEnds): Promise<JsonObject> {
  const { request, store, database, signal } = ends
  const snapshot = await source.openSnapshot({ signal })
  if (snapshot.serverId === store.serverId && source.database === database.name) {
    throw loopDetected()
  }
  const inventory = await snapshot.inventory({ signal })
  const chosen = chooseCollections(inventory.collections, request)
  const collections = chosen.map(describeCollection)
  checkTarget(chosen, ends)
  await runSync(readSource(source, snapshot, inventory), createStoreTarget(store, database), {
    includeSystem: request.includeSystem,
    incremental: request.incremental,
    workers: WORKERS,
    signal,
    ...(request.restriction === undefined
      ? {}
      : { collections: chosen.map(({ definition }) => definition.name) }),
  })
  return { collections, lastLogTick: String(snapshot.tick) }
}

/** Names that do not exist are no error, and system collections stay out unless wanted. */
function chooseCollections(
  all: readonly SnapshotCollection[],
  { includeSystem, restriction }: SyncRequest,
): readonly SnapshotCollection[] {
  return all.filter(({ definition: { name, isDeleted } }) => {
    if (isDeleted || !isReplicated(name, { includeSystem })) return false
    return restriction === undefined || restriction.names.has(name) === isInclusive(restriction)
  })
}

function isInclusive({ type }: NonNullable<SyncRequest['restriction']>): boolean {
  return type === 'include'
}

/** The id is that of the remote server. */
function describeCollection({ definition: { id, name } }: SnapshotCollection): JsonObject {
  if (id !== undefined && id !== '0') return { id, name }
  const message = `Cannot synchronise: the inventory has no id for collection "${name}"`
  throw new RequestError(500, ERROR_NUMBER.invalidResponse, message)
}

/**
 * Checks that whatever is going to be replaced may be: collections of the same globallyUniqueId are,
 * whatever their name.
 */
function checkTarget(chosen: readonly SnapshotCollection[], ends: SyncEnds): void {
  const { store, database, permissions } = ends
  if (store.database(database.name)?.id !== database.id) throw databaseNotFound()
  const names = new Set(chosen.map(({ definition }) => definition.name))
  const ids = new Set(chosen.map(({ definition }) => definition.globallyUniqueId))
  const touched = store
    .collections(database)
    .filter(({ definition }) => ids.has(definition.globallyUniqueId))
    .map(({ definition }) => definition.name)
  for (const name of [...names, ...touched]) {
    if (permissions.collection(database.name, name) === 'rw') continue
    throw forbidden(`no permission to write to collection "${name}"`)
  }
}

/** The source as it was looked at: what was decided is about this snapshot and this inventory. */
function readSource(source: Source, snapshot: Snapshot, inventory: SnapshotInventory): Source {
  const { tick, serverId } = snapshot
  const view: Snapshot = {
    tick,
    serverId,
    inventory: () => Promise.resolve(inventory),
    dump: (collection, options) => snapshot.dump(collection, options),
    tree: (collection, options) => snapshot.tree(collection, options),
    seek: async (collection, options) => snapshot.seek?.(collection, options),
    close: () => snapshot.close(),
  }
  return {
    address: source.address,
    database: source.database,
    openSnapshot: () => Promise.resolve(view),
    onNotice: () => undefined,
    close: () => source.close(),
  }
}
