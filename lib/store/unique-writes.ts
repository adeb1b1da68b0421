import type { JsonObject } from '../wire/index.js'
import { readCounters, type CountersRow } from './catalog.js'
import { collectionNotFound } from './collection-not-found.js'
import { indexId } from './definitions.js'
import { META, putRow, readRows, rowName } from './meta-rows.js'
import { retireSpace } from './purge-rows.js'
import { readUniqueIndex, type UniqueIndex } from './unique-index.js'
import type { MetaTable } from './layout.js'
import type { WriteTransaction } from './write-transaction.js'

type UniqueIndexes = CountersRow['uniqueIndexes']

/** What is enforced in a collection that is being made: it has no documents yet. */
export function enforceFromStart(
  transaction: WriteTransaction,
  definitions: readonly JsonObject[],
): UniqueIndexes {
  const made = definitions
    .map((definition) => readUniqueIndex(definition, indexId(definition) ?? ''))
    .filter((index) => index !== undefined)
    .map((index) => ({ ...index, number: transaction.nextId() }))
  return made.length === 0 ? undefined : made
}

/** What is enforced in a collection that is being emptied: the rows there are go later, in slices. */
export function renewUniqueIndexes(
  transaction: WriteTransaction,
  id: number,
  old: UniqueIndexes,
): UniqueIndexes {
  retireUniqueIndexes(transaction, id, old)
  return old?.map((index) => ({ ...index, number: transaction.nextId(), isBuilding: undefined }))
}

/** Lets the rows of indexes go, when their collection is dropped or emptied. */
export function retireUniqueIndexes(
  { tables: { meta } }: WriteTransaction,
  id: number,
  old: UniqueIndexes = [],
): void {
  for (const { number } of old) retireSpace(meta, number)
  meta.removeSync(rowName(META.builds, id))
}

/**
 * Enforces an index from now on, in place of one of the same id. Where documents are there, their rows
 * have to be built: see `buildIndexes`.
 *
 * @param definition - with its id
 */
export function enforceIndex(
  transaction: WriteTransaction,
  id: number,
  definition: JsonObject,
): void {
  const ownId = indexId(definition) ?? ''
  const counters = dropEnforced(
    transaction,
    id,
    ({ id: other, creation }) => other === ownId && creation === undefined,
  )
  const index = readUniqueIndex(definition, ownId)
  if (index === undefined) return
  const { meta } = transaction.tables
  const isBuilding = counters.documents > 0 ? true : undefined
  addEnforced(transaction, id, { ...index, number: transaction.nextId(), isBuilding })
  if (isBuilding === true) putRow(meta, rowName(META.builds, id), {})
}

/** Stops enforcing the indexes that are chosen; their rows go later, in slices. */
export function dropEnforced(
  transaction: WriteTransaction,
  id: number,
  isChosen: (index: UniqueIndex) => boolean,
): CountersRow {
  const counters = requireRow(transaction, id)
  const { uniqueIndexes: old = [] } = counters
  const chosen = old.filter(isChosen)
  for (const { number } of chosen) retireSpace(transaction.tables.meta, number)
  if (chosen.length === 0) return counters
  return putEnforced(
    transaction,
    id,
    old.filter((index) => !chosen.includes(index)),
  )
}

/** Adds an index to those that are enforced. */
export function addEnforced(transaction: WriteTransaction, id: number, index: UniqueIndex): void {
  const { uniqueIndexes: old = [] } = requireRow(transaction, id)
  putEnforced(transaction, id, [...old, index])
}

/** Writes down what is enforced in a collection. */
export function putEnforced(
  transaction: WriteTransaction,
  id: number,
  indexes: readonly UniqueIndex[],
): CountersRow {
  const uniqueIndexes = indexes.length === 0 ? undefined : indexes
  const counters = { ...requireRow(transaction, id), uniqueIndexes }
  putRow(transaction.tables.meta, rowName(META.counters, id), counters)
  return counters
}

/** A collection whose indexes have to be built; undefined when there is none. */
export function nextBuild(meta: MetaTable): number | undefined {
  for (const { name } of readRows(meta, META.builds)) return Number(name.slice(META.builds.length))
  return undefined
}

function requireRow({ tables }: WriteTransaction, id: number): CountersRow {
  const counters = readCounters(tables.meta, id)
  if (counters === undefined) throw collectionNotFound(id)
  return counters
}
