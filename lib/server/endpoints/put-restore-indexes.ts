import type { CollectionDefinition } from '../../wire/index.js'
import { attribute, BAD_BODY, fails, required, UNKNOWN_COLLECTION } from '../about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { BAD_DECLARATION, readDeclaration } from '../restore/read-declaration.js'
import { FORCE_WITHOUT_EFFECT, RESTORED, restoredAnswer } from '../restore/restored-answer.js'
import { restoredIndex } from '../restore/restored-index.js'
import { useCollection } from '../use-collection.js'

/** `PUT /_api/replication/restore-indexes`. One after the other: those before a bad one stay. */
export const putRestoreIndexes: Endpoint = defineEndpoint<CollectionDefinition>({
  method: 'PUT',
  path: '/_api/replication/restore-indexes',
  access: 'database-rw',
  about: {
    summary: 'makes the indexes that a dump declares; one like another that is there stays',
    parameters: [
      FORCE_WITHOUT_EFFECT,
      required(attribute('parameters', 'object', 'with the `name` of the collection')),
      required(attribute('indexes', 'array', 'definitions; `primary` and `edge` are passed over')),
    ],
    statuses: [
      RESTORED,
      BAD_BODY,
      fails(400, 10, 'an index has no fields'),
      BAD_DECLARATION,
      fails(400, 1218, 'the type of the collection is neither 2 nor 3'),
      UNKNOWN_COLLECTION,
      fails(409, 1207, 'another index has the name'),
      fails(409, 1210, 'the documents are not unique'),
    ],
  },
  isLong: true,

  read: readDeclaration,

  async answer({ name, isDeleted, indexes }, request, context) {
    if (isDeleted) return restoredAnswer()
    useCollection(name, request, context, 'rw')
    for (const given of indexes) {
      // As in ArangoDB, which cannot tell what it would be.
      if (typeof given['type'] !== 'string') continue
      const collection = useCollection(name, request, context, 'rw')
      const wanted = restoredIndex(given, collection.definition)
      if (wanted === undefined) continue
      await context.store.createIndex(collection, wanted, { signal: request.signal })
    }
    return restoredAnswer()
  },
})
