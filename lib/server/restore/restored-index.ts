import { randomInt } from 'node:crypto'
import type { CollectionDefinition, Json, JsonObject } from '../../wire/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { isSameIndex } from '../index-definition.js'
import { badParameter, RequestError } from '../request-error.js'

const NAME_NUMBER_MAX = 2 ** 47
/** What a server says of an index besides its definition. */
const NOT_OF_DEFINITION = ['objectId', 'tempObjectId', 'selectivityEstimate', 'figures']
/** Types of 2.x, of one field for both coordinates and of two. */
const OLD_GEO_TYPES: readonly Json[] = ['geo1', 'geo2']

/**
 * The definition under which an index of a dump is made; what a type is about is not looked at, as
 * with those that replication brings. Names that older dumps lack are made.
 *
 * @returns undefined where one like it is there already
 * @throws RequestError 400 with errorNum 10 without fields, 409 with 1207 when another one has the name
 */
export function restoredIndex(
  given: JsonObject,
  { indexes }: Pick<CollectionDefinition, 'indexes'>,
): JsonObject | undefined {
  const { fields, name } = given
  if (!Array.isArray(fields) || fields.length === 0) {
    throw badParameter('"fields" of an index needs to be an array of paths')
  }
  const wanted = definitionOf(given)
  const { id: _id, ...what } = wanted
  if (indexes.some((index) => isSameIndex(index, what))) return undefined
  if (indexes.some((index) => index['name'] === wanted['name'])) {
    const message = `duplicate name: an index of another definition has "${String(name)}"`
    throw new RequestError(409, ERROR_NUMBER.duplicateName, message)
  }
  // The store would replace what has the id.
  return indexes.some(({ id }) => id === wanted['id']) ? what : wanted
}

function definitionOf(given: JsonObject): JsonObject {
  const kept = Object.entries(given).filter(([name]) => !NOT_OF_DEFINITION.includes(name))
  const { type, name } = given
  const isNamed = typeof name === 'string' && name !== ''
  return {
    ...Object.fromEntries(kept),
    ...(OLD_GEO_TYPES.includes(type) ? { type: 'geo' } : {}),
    name: isNamed ? name : `idx_${randomInt(NAME_NUMBER_MAX)}`,
  }
}
