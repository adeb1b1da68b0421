import { formatExactJson } from '../streams/index.js'
import type { CollectionDefinition, JsonObject } from '../wire/index.js'
import { findById, putParameters } from './collection-writes.js'
import { indexId, isOwnIndex, matchedParameters } from './definitions.js'
import { createIndex, dropIndex } from './index-writes.js'
import type { CollectionRef } from './store-transaction.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * Makes the properties and indexes of a collection those of a definition; what says which collection
 * it is stays. Indexes are compared without their ids, and equal ones stay as they are.
 *
 * @returns false when nothing differed, and nothing was written
 */
export function matchCollection(
  transaction: WriteTransaction,
  ref: CollectionRef,
  wanted: CollectionDefinition,
): boolean {
  const isChanged = matchParameters(transaction, ref, wanted)
  const { indexes } = findById(transaction, ref.id).definition
  const { missing, spare } = compareIndexes(indexes, wanted.indexes)
  // First, so that an index that was changed gets its id again.
  for (const index of spare) dropIndex(transaction, ref, indexId(index) as string)
  for (const index of missing) createIndex(transaction, ref, index)
  return isChanged || missing.length > 0 || spare.length > 0
}

/**
 * Makes the properties of a collection those of a definition, but for its indexes.
 *
 * @returns false when nothing differed, and nothing was written
 */
export function matchParameters(
  transaction: WriteTransaction,
  ref: CollectionRef,
  wanted: CollectionDefinition,
): boolean {
  const { parameters } = findById(transaction, ref.id).definition
  const { serverId } = transaction
  const matched = matchedParameters(parameters, wanted, { id: ref.id, serverId })
  if (isSame(parameters, matched)) return false
  putParameters(transaction, ref, matched)
  return true
}

interface IndexDifference {
  readonly missing: readonly JsonObject[]
  readonly spare: readonly JsonObject[]
}

/** Finds what separates the indexes that are there from those that are wanted. */
export function compareIndexes(
  there: readonly JsonObject[],
  wanted: readonly JsonObject[],
): IndexDifference {
  const spare = new Map(there.map((index) => [index, contentOf(index)]))
  const missing = wanted.filter(isOwnIndex).filter((index) => {
    const content = contentOf(index)
    const equal = [...spare.keys()].find((candidate) => spare.get(candidate) === content)
    return equal === undefined || !spare.delete(equal)
  })
  const kept = new Set(there.filter((index) => !spare.has(index)).map(indexId))
  // One that stays may have the id: it would be replaced.
  const free = missing.map((index) => (kept.has(indexId(index)) ? withoutId(index) : index))
  return { missing: free, spare: [...spare.keys()] }
}

/** An index as text, without the id: that is a local one. */
function contentOf(index: JsonObject): string {
  return textOf(withoutId(index))
}

function withoutId(index: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(index).filter(([name]) => name !== 'id'))
}

/** Tells whether two objects say the same, whatever the order of their outermost attributes. */
export function isSame(a: JsonObject, b: JsonObject): boolean {
  return textOf(a) === textOf(b)
}

/** Texts are equal when values are, whatever the order of the outermost attributes. */
function textOf(object: JsonObject): string {
  return Object.keys(object)
    .sort()
    .map((name) => formatExactJson({ [name]: object[name] }))
    .join()
}
