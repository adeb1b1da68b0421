import { formatExactJson } from '../streams/index.js'
import {
  asArray,
  asObject,
  attribute,
  ERROR_NUMBER,
  parseCollectionDefinition,
  read,
  type CollectionDefinition,
  type Json,
  type JsonObject,
} from '../wire/index.js'
import { parseOr1401 } from './parse-or-1401.js'
import { RemoteStatusError } from './remote-error.js'
import {
  changesOf,
  compareIndexes,
  formatNewCollection,
  formatNewIndex,
  withoutHeeded,
} from './target-definition.js'
import { ask, askOr, type TargetPlace } from './target-place.js'

const NOT_IMPLEMENTED = 501
const INDEX_PATH = '/_api/index'

/**
 * The collection of that name as it is at the server, without a globallyUniqueId: that of a collection
 * that was made over HTTP is the server's own.
 *
 * @returns undefined when there is none
 * @throws RemoteError
 */
export async function findCollection(
  place: TargetPlace,
  name: string,
): Promise<CollectionDefinition | undefined> {
  const task = `read the definition of collection "${name}"`
  const path = collectionPath(name, '/properties')
  const given = await askOr(place, { task, method: 'GET', path }, ERROR_NUMBER.collectionNotFound)
  if (given === undefined) return undefined
  const listed = await ask(place, {
    task,
    method: 'GET',
    path: INDEX_PATH,
    query: { collection: name },
  })
  return parseOr1401({ task, address: place.connection.address }, () => {
    const indexes = asArray(attribute(read(listed, 'a list of indexes'), 'indexes')).map(asObject)
    const { globallyUniqueId: _own, ...parameters } = asObject(read(given, 'a collection'))
    return parseCollectionDefinition({ parameters, indexes }, 'a collection')
  })
}

/**
 * Makes a collection without indexes. What the server does not do, a schema or computed values, is
 * left out, with a warning.
 *
 * @throws RemoteError; its errorNum is 1207 when the name is taken
 */
export async function createCollection(
  place: TargetPlace,
  definition: CollectionDefinition,
): Promise<void> {
  const { name } = definition
  const task = `make collection "${name}"`
  const properties = { ...formatNewCollection(definition), ...place.shardingOf?.(name) }
  await askWithout(place, name, properties, (body) =>
    ask(place, { task, method: 'POST', path: '/_api/collection', body }),
  )
}

/** Drops a collection, if there is one. */
export async function dropCollection(place: TargetPlace, name: string): Promise<void> {
  await askOr(
    place,
    { task: `drop collection "${name}"`, method: 'DELETE', path: collectionPath(name) },
    ERROR_NUMBER.collectionNotFound,
  )
}

/**
 * Removes all documents of a collection.
 *
 * @returns false when there is no such collection
 */
export async function truncateCollection(place: TargetPlace, name: string): Promise<boolean> {
  const path = collectionPath(name, '/truncate')
  const value = await askOr(
    place,
    { task: `truncate collection "${name}"`, method: 'PUT', path },
    ERROR_NUMBER.collectionNotFound,
  )
  return value !== undefined
}

/**
 * Makes the properties and indexes of a collection those of a definition.
 *
 * @returns true when something had to be changed
 */
export async function changeCollection(
  place: TargetPlace,
  there: CollectionDefinition,
  wanted: CollectionDefinition,
): Promise<boolean> {
  const { name } = wanted
  const isChanged = await changeProperties(
    place,
    name,
    changesOf(there.parameters, wanted.parameters),
  )
  const { missing, spare } = compareIndexes(there.indexes, wanted.indexes)
  for (const index of spare) await dropIndex(place, name, index)
  for (const index of missing) await createIndex(place, name, index)
  return isChanged || missing.length > 0 || spare.length > 0
}

/** Makes an index; one of the same definition stays. */
export async function createIndex(
  place: TargetPlace,
  collection: string,
  index: JsonObject,
): Promise<void> {
  await ask(place, {
    task: `make an index of collection "${collection}"`,
    method: 'POST',
    path: INDEX_PATH,
    query: { collection },
    body: formatExactJson(formatNewIndex(index)),
  })
}

async function dropIndex(place: TargetPlace, name: string, { id }: JsonObject): Promise<void> {
  const local = String(id).slice(String(id).lastIndexOf('/') + 1)
  const path = `${INDEX_PATH}/${encodeURIComponent(name)}/${encodeURIComponent(local)}`
  const task = `drop an index of collection "${name}"`
  await askOr(place, { task, method: 'DELETE', path }, ERROR_NUMBER.indexNotFound)
}

async function changeProperties(
  place: TargetPlace,
  name: string,
  changes: JsonObject,
): Promise<boolean> {
  if (Object.keys(changes).length === 0) return false
  const task = `change collection "${name}"`
  const path = collectionPath(name, '/properties')
  return askWithout(place, name, changes, (body) => ask(place, { task, method: 'PUT', path, body }))
}

/**
 * Sends properties; where the server answers that it does not do some of them, without those.
 *
 * @returns false when nothing was left to be sent
 */
async function askWithout(
  { connection }: TargetPlace,
  name: string,
  properties: JsonObject,
  send: (body: string) => Promise<Json>,
): Promise<boolean> {
  try {
    await send(formatExactJson(properties))
    return true
  } catch (error) {
    if (!(error instanceof RemoteStatusError) || error.status !== NOT_IMPLEMENTED) throw error
    const rest = withoutHeeded(properties)
    if (rest === undefined) throw error
    const message = `collection "${name}" is without its schema and its computed values at ${connection.address}: the server has none`
    connection.onNotice({ kind: 'warning', message })
    if (Object.keys(rest).length === 0) return false
    await send(formatExactJson(rest))
    return true
  }
}

function collectionPath(name: string, rest = ''): string {
  return `/_api/collection/${encodeURIComponent(name)}${rest}`
}
