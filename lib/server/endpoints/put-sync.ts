import { answers, attribute, BAD_BODY, fails, required } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { storable } from '../jobs/index.js'
import { readObject } from '../object-body.js'
import { parseSyncRequest, syncDatabase, type SyncRequest } from '../sync/index.js'

/** `PUT /_api/replication/sync`. */
export const putSync: Endpoint = storable(
  defineEndpoint<SyncRequest>({
    method: 'PUT',
    path: '/_api/replication/sync',
    access: 'database-rw',
    about: {
      summary: 'makes the database equal to one of another server, all of it or some collections',
      parameters: [
        required(attribute('endpoint', 'text', '`tcp`, `ssl`, `http` or `https`, `://HOST:PORT`')),
        attribute('database', 'text', 'its database', 'that of the path'),
        attribute('username', 'text', 'who asks there'),
        attribute('password', 'text', 'counts with a username only'),
        attribute('jwt', 'text', 'a token; counts without a username only'),
        attribute('includeSystem', 'boolean', 'system collections too', 'true'),
        attribute('incremental', 'boolean', 'move what differs, instead of all', 'false'),
        attribute('restrictType', 'text', '`include` or `exclude` those listed', 'none'),
        attribute('restrictCollections', 'array', 'names of collections', '[]'),
        attribute('initialSyncMaxWaitTime', 'number', 'longest silence in seconds; 0: 300', '0'),
      ],
      documented: [200, 400, 405, 500, 501],
      statuses: [
        answers(200, '`{collections: [{id, name}], lastLogTick}`, at the end'),
        BAD_BODY,
        fails(400, 10, 'the body is no object'),
        fails(400, 400, 'the `endpoint` is missing, or none'),
        fails(400, 1410, 'another attribute is not of its type, or does not fit the others'),
        fails(403, 11, 'the operator does not allow that server, or a grant is missing'),
        fails(409, 1411, 'another one is under way in the database, or a background follower'),
        fails(500, 1203, 'a collection was dropped meanwhile, or the database'),
        fails(500, 1400, 'the other server does not answer, three times'),
        fails(500, 1401, 'it answers what cannot be read'),
        fails(500, 1402, 'it answers an error'),
        fails(500, 1403, 'its version is another one'),
        fails(500, 1405, 'it is the same database of the same server'),
        fails(500, 1416, 'somebody changed a collection while it was compared'),
        fails(503, 30, 'the leader closes'),
        fails(503, 32, 'as many are under way as may be'),
      ],
    },
    isLong: true,

    read: (request) => parseSyncRequest(readObject(request)),

    async answer(wanted, { database, permissions, signal: gone }, { store, syncs, appliers }) {
      appliers.assertIdle(database)
      const body = await syncs.run(database, gone, (signal) =>
        syncDatabase({ request: wanted, store, database, permissions, syncs, signal }),
      )
      return jsonAnswer(body)
    },
  }),
)
