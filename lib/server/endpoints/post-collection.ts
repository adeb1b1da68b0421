import { checkKeyOptions, type NewCollection } from '../../store/index.js'
import { DOCUMENT_COLLECTION, EDGE_COLLECTION, ERROR_NUMBER } from '../../wire/index.js'
import type { Json, JsonObject } from '../../wire/index.js'
import { propertiesAnswer, settableProperties } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject, requiredText } from '../object-body.js'
import { RequestError } from '../request-error.js'

/**
 * `POST /_api/collection` with `{name[, type][, isSystem][, keyOptions][, waitForSync], …}`: makes a
 * collection.
 *
 * 200 with its properties; 400 with errorNum 10, 600, 1208 (name), 1218 (type) or 1232 (keyOptions); 409
 * with 1207; 501 for a schema or computed values.
 */
export const postCollection: Endpoint = defineEndpoint<NewCollection>({
  method: 'POST',
  path: '/_api/collection',
  access: 'database-rw',

  read(request) {
    const body = readObject(request)
    const name = requiredText(body, 'name')
    if (name.startsWith('_') && body['isSystem'] !== true) throw illegalName()
    checkKeyOptions(body)
    const parameters = { ...settableProperties(body), ...keyOptionsOf(body) }
    return { name, type: readType(body['type']), parameters }
  },

  async answer(definition, { database }, { store }) {
    return propertiesAnswer(await store.createCollection(database, definition))
  },
})

function readType(type: Json): NewCollection['type'] {
  if (type === undefined || type === null || type === DOCUMENT_COLLECTION)
    return DOCUMENT_COLLECTION
  if (type === EDGE_COLLECTION) return EDGE_COLLECTION
  const message = 'the type of a collection is 2 for documents or 3 for edges'
  throw new RequestError(400, ERROR_NUMBER.collectionTypeInvalid, message)
}

/** The options in the order and the completeness in which they are reported. */
function keyOptionsOf({ keyOptions }: JsonObject): JsonObject {
  const given = (keyOptions ?? {}) as JsonObject
  const { allowUserKeys, type = 'traditional', increment = 1, offset = 0 } = given
  const allowsUserKeys = allowUserKeys !== false
  const counting = type === 'autoincrement' ? { increment, offset } : {}
  const made = { allowUserKeys: allowsUserKeys, type, ...counting, lastValue: 0 }
  return { allowUserKeys: allowsUserKeys, keyOptions: made }
}

function illegalName(): RequestError {
  const message = 'only the name of a system collection begins with "_"'
  return new RequestError(400, ERROR_NUMBER.illegalName, message)
}
