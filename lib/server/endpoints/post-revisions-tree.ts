import { emptyAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { findByRevision, readTarget, type RevisionsTarget } from '../use-revisions.js'

/**
 * `POST /_api/replication/revisions/tree?collection=`: builds the tree of a collection anew from its
 * documents. A `batchId`, which older clients send, does not matter.
 *
 * 204; 401 (with `compat` `arangodb` 400) without a collection, 404 for an unknown one, 501 for one
 * that does not sync by revision.
 */
export const postRevisionsTree: Endpoint = defineEndpoint<RevisionsTarget>({
  method: 'POST',
  path: '/_api/replication/revisions/tree',
  access: 'collection-ro',

  read: ({ query }) => readTarget(query),

  async answer({ collection }, { database }, { store, compat }) {
    await store.rebuildTree(findByRevision(store, database, collection, compat))
    return emptyAnswer()
  },
})
