import { ERROR_NUMBER, type JsonObject } from '../../wire/index.js'
import {
  answers,
  attribute,
  BAD_ATTRIBUTE,
  BAD_BODY,
  fails,
  required,
  UNKNOWN_COLLECTION,
} from '../about.js'
import { jsonAnswer, type Answer } from '../answer.js'
import { COLLECTION_QUERY } from '../collection-about.js'
import { reportIndex } from '../collection-indexes.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { isSameIndex, readIndexDefinition } from '../index-definition.js'
import { readObject } from '../object-body.js'
import { RequestError } from '../request-error.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly collection: string
  readonly wanted: JsonObject
}

/** `POST /_api/index`. */
export const postIndex: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/index',
  access: 'database-rw',
  about: {
    summary: 'makes an index',
    parameters: [
      COLLECTION_QUERY,
      required(
        attribute('type', 'text', '`persistent`, `hash`, `skiplist`, `ttl`, `geo`, `fulltext`'),
      ),
      required(attribute('fields', 'array', 'paths of attributes')),
      attribute('name', 'text', 'its name', 'a made one'),
      attribute('unique', 'boolean', 'no two documents have the same values', 'false'),
      attribute('sparse', 'boolean', 'documents without a value do not count', 'false'),
      attribute('deduplicate', 'boolean', 'equal values of one array count once', 'true'),
      attribute('estimates', 'boolean', 'kept, and told', 'true'),
      attribute('expireAfter', 'number', 'seconds; has to be there for `ttl`'),
      attribute('geoJson', 'boolean', 'kept, and told, for `geo`', 'false'),
      attribute('minLength', 'number', 'kept, and told, for `fulltext`', '2'),
    ],
    statuses: [
      answers(201, 'the index, with `isNewlyCreated: true`'),
      answers(200, 'one like it is there; `isNewlyCreated: false`'),
      BAD_BODY,
      BAD_ATTRIBUTE,
      UNKNOWN_COLLECTION,
      fails(409, 1207, 'another index has the name'),
      fails(409, 1210, 'the documents are not unique'),
    ],
  },

  read: (request) => ({
    collection: collectionName(request.query),
    wanted: readIndexDefinition(readObject(request)),
  }),

  async answer({ collection: name, wanted }, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    const { indexes } = collection.definition
    const same = indexes.find((index) => isSameIndex(index, wanted))
    if (same !== undefined) return indexAnswer(reportIndex(collection, same), false)
    if (indexes.some((index) => index['name'] === wanted['name'])) throw duplicate()
    const made = await context.store.createIndex(collection, wanted)
    return indexAnswer(reportIndex(collection, made), true)
  },
})

function indexAnswer(report: JsonObject, isNewlyCreated: boolean): Answer {
  const code = isNewlyCreated ? 201 : 200
  return jsonAnswer({ ...report, isNewlyCreated, error: false, code }, code)
}

function duplicate(): RequestError {
  const message = 'duplicate name: an index of another definition has it'
  return new RequestError(409, ERROR_NUMBER.duplicateName, message)
}
