import { checkKeyOptions, type NewCollection } from '../../store/index.js'
import { DOCUMENT_COLLECTION, EDGE_COLLECTION, ERROR_NUMBER } from '../../wire/index.js'
import type { Json, JsonObject } from '../../wire/index.js'
import { answers, attribute, BAD_ATTRIBUTE, BAD_BODY, fails, required } from '../about.js'
import { BAD_COLLECTION_NAME, NOT_HEEDED } from '../collection-about.js'
import { propertiesAnswer, settableProperties } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject, requiredText } from '../object-body.js'
import { RequestError } from '../request-error.js'

/** `POST /_api/collection`. */
export const postCollection: Endpoint = defineEndpoint<NewCollection>({
  method: 'POST',
  path: '/_api/collection',
  access: 'database-rw',
  about: {
    summary: 'makes a collection',
    parameters: [
      required(attribute('name', 'text', 'a new name')),
      attribute('type', 'number', '2 for documents, 3 for edges', '2'),
      attribute('isSystem', 'boolean', 'the name begins with `_`', 'false'),
      attribute('keyOptions', 'object', '`{allowUserKeys, type, increment, offset}`'),
      attribute('waitForSync', 'boolean', 'kept, and told', 'false'),
      attribute('cacheEnabled', 'boolean', 'kept, and told', 'false'),
    ],
    statuses: [
      answers(200, 'its properties'),
      BAD_BODY,
      BAD_ATTRIBUTE,
      fails(400, 1218, 'the type is neither 2 nor 3'),
      fails(400, 1232, 'the `keyOptions` are none'),
      ...BAD_COLLECTION_NAME,
      NOT_HEEDED,
    ],
  },

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
