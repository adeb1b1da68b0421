import type { CollectionDefinition } from '../wire/index.js'
import { matchedParameters } from './definitions.js'
import { compareIndexes, isSame } from './match-collection.js'

/**
 * Tells whether a collection of a store has the properties and indexes of a definition, so that
 * `matchCollection` would change nothing. What says which collection it is, is not compared.
 */
export function fitsDefinition(
  { parameters, indexes }: CollectionDefinition,
  wanted: CollectionDefinition,
): boolean {
  const matched = matchedParameters(parameters, wanted, { id: 0, serverId: '' })
  const { missing, spare } = compareIndexes(indexes, wanted.indexes)
  return isSame(parameters, matched) && missing.length === 0 && spare.length === 0
}
