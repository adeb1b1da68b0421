import type { StoreCollection } from '../store/index.js'
import { EDGE_COLLECTION, ERROR_NUMBER, type JsonObject } from '../wire/index.js'
import { RequestError } from './request-error.js'

/** An index of a collection, as it is reported. */
interface ReportedIndex {
  /** Decimal. */
  readonly id: string
  /** False for those that every collection has. */
  readonly isOwn: boolean
  readonly report: JsonObject
}

const PRIMARY = {
  id: '0',
  type: 'primary',
  name: 'primary',
  fields: ['_key'],
  unique: true,
  sparse: false,
}

const EDGE = {
  id: '1',
  type: 'edge',
  name: 'edge',
  fields: ['_from', '_to'],
  unique: false,
  sparse: false,
}

/** All indexes of a collection, those that it has by itself first. */
export function listIndexes({ definition }: StoreCollection): readonly ReportedIndex[] {
  const { name, type, indexes } = definition
  const always = type === EDGE_COLLECTION ? [PRIMARY, EDGE] : [PRIMARY]
  return [
    ...always.map((index) => reported(name, index, false)),
    ...indexes.map((index) => reported(name, index, true)),
  ]
}

/** An index as it is reported: its id has the collection before it. */
export function reportIndex({ definition }: StoreCollection, index: JsonObject): JsonObject {
  return reported(definition.name, index, true).report
}

/**
 * Finds an index by its id or its name.
 *
 * @throws RequestError 404 with errorNum 1212
 */
export function useIndex(collection: StoreCollection, idOrName: string): ReportedIndex {
  const found = listIndexes(collection).find(
    ({ id, report }) => id === idOrName || report['name'] === idOrName,
  )
  if (found !== undefined) return found
  throw new RequestError(404, ERROR_NUMBER.indexNotFound, 'index not found')
}

function reported(collectionName: string, index: JsonObject, isOwn: boolean): ReportedIndex {
  const id = String(index['id'])
  return { id, isOwn, report: { ...index, id: `${collectionName}/${id}` } }
}
