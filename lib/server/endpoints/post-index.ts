import { ERROR_NUMBER, type JsonObject } from '../../wire/index.js'
import { jsonAnswer, type Answer } from '../answer.js'
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

/**
 * `POST /_api/index?collection=` with `{type, fields[, unique][, sparse][, name], …}`: makes an index.
 *
 * 201 with it and `isNewlyCreated: true`, or 200 and false when there is one like it; 400 with errorNum
 * 10 or 600, 404 with 1203, 409 with 1207 when another index has the name, or with 1210 when the
 * documents are not unique.
 */
export const postIndex: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/index',
  access: 'database-rw',

  read: (request) => ({
    collection: collectionName(request.query),
    wanted: readIndexDefinition(readObject(request)),
  }),

  async answer({ collection: name, wanted }, request, context) {
    const collection = useCollection(name, request, context)
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
