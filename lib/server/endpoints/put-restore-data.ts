import {
  body,
  fails,
  header,
  queryFlag,
  queryText,
  required,
  UNKNOWN_COLLECTION,
} from '../about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { restoreData } from '../restore/restore-data.js'
import { readRestoreDataOptions, type RestoreDataOptions } from '../restore/restore-options.js'
import { areUsers, restoreUsers } from '../restore/restore-users.js'
import { RESTORED, restoredAnswer } from '../restore/restored-answer.js'
import { useCollection } from '../use-collection.js'

/** `PUT /_api/replication/restore-data`. */
export const putRestoreData: Endpoint = defineEndpoint<RestoreDataOptions>({
  method: 'PUT',
  path: '/_api/replication/restore-data',
  access: 'collection-rw',
  bodyKind: 'stream',
  about: {
    summary: 'writes the documents of a dump, of any size, with new revisions',
    parameters: [
      required(queryText('collection', 'its name, local id or globallyUniqueId')),
      queryFlag('force', 'pass over users that do not fit', false),
      header(
        'content-type',
        '`application/x-velocypack` for an array of documents; else lines of a dump of any form',
      ),
      body('lines', 'documents, and removals of type 2302'),
    ],
    statuses: [
      RESTORED,
      fails(400, 10, 'the body is VelocyPack, but no array; or a user does not fit'),
      fails(400, 400, 'no collection is named'),
      fails(400, 600, 'a line is no entry of a dump; the message names it'),
      fails(400, 1221, 'no document may have that key; other errors of documents alike'),
      fails(400, 1233, 'an edge has no ends'),
      UNKNOWN_COLLECTION,
      fails(409, 1210, 'a document has a unique value of another one'),
      fails(500, 4, 'the type of the body is none of documents'),
    ],
  },

  read: readRestoreDataOptions,

  async answer(options, request, context) {
    const collection = useCollection(options.collection, request, context, 'rw')
    const parts = { options, request, context }
    await (areUsers(collection, request) ? restoreUsers(parts) : restoreData(collection, parts))
    return restoredAnswer()
  },
})
