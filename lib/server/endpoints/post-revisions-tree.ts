import { answers } from '../about.js'
import { emptyAnswer } from '../answer.js'
import { COLLECTION_QUERY } from '../collection-about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { COLLECTION_FAILURES } from '../revisions-about.js'
import { findByRevision, readTarget, type RevisionsTarget } from '../use-revisions.js'

/**
 * `POST /_api/replication/revisions/tree`. A `batchId`, which older clients send, does not matter.
 */
export const postRevisionsTree: Endpoint = defineEndpoint<RevisionsTarget>({
  method: 'POST',
  path: '/_api/replication/revisions/tree',
  access: 'collection-ro',
  about: {
    summary: 'builds the tree of a collection anew from its documents',
    parameters: [COLLECTION_QUERY],
    documented: [204, 401, 404, 405, 500, 501],
    statuses: [answers(204, 'it is built'), ...COLLECTION_FAILURES],
  },

  read: ({ query }) => readTarget(query),

  async answer({ collection }, request, { store, compat }) {
    await store.rebuildTree(findByRevision(store, request, collection, compat))
    return emptyAnswer()
  },
})
