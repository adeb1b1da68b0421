import { answers, body, fails, queryFlag, queryText, UNKNOWN_COLLECTION } from '../about.js'
import { COLLECTION_QUERY } from '../collection-about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readImportOptions, type ImportOptions } from '../import-options.js'
import { notImplemented } from '../request-error.js'
import { runImport } from '../run-import.js'
import { useCollection } from '../use-collection.js'

/** `POST /_api/import`. */
export const postImport: Endpoint = defineEndpoint<ImportOptions>({
  method: 'POST',
  path: '/_api/import',
  access: 'collection-rw',
  bodyKind: 'stream',
  about: {
    summary: 'writes the documents of a body of any size',
    parameters: [
      COLLECTION_QUERY,
      queryText(
        'type',
        '`documents`: one a line; `array`, `list`: an array of them; `auto`: either; empty: an array of names, then one of values a line',
      ),
      queryText('onDuplicate', '`error`, `update`, `replace` or `ignore`', 'error'),
      queryFlag('complete', 'write all documents, or none', false),
      queryFlag('details', 'tell why documents were refused', false),
      queryFlag('overwrite', 'take out what is there before', false),
      queryText('fromPrefix', 'collection of keys in `_from` that name none'),
      queryText('toPrefix', 'the same of `_to`'),
      queryFlag('overwriteCollectionPrefix', 'put these in the place of other collections', false),
      queryFlag('ignoreMissing', 'take lines of more, or fewer, values than names', false),
      queryFlag('waitForSync', 'without effect: what is answered is on the disk', false),
      body('lines', 'the documents'),
    ],
    statuses: [
      answers(201, '`{error, created, errors, empty, updated, ignored[, details]}`'),
      fails(400, 10, 'the type is unknown, or the first line does not name attributes'),
      fails(400, 600, 'the body is to be an array, and is none'),
      fails(400, 1204, 'no collection is named'),
      UNKNOWN_COLLECTION,
      fails(409, 1210, 'with `complete`: a document has the key of another, or a unique value'),
      fails(409, 1221, 'with `complete`: no document may have that key; other errors alike'),
      fails(501, 9, 'the body is VelocyPack'),
    ],
  },

  read({ query, bodyFormat }) {
    if (bodyFormat === 'velocypack') throw notImplemented('an import of VelocyPack is')
    return readImportOptions(query)
  },

  answer(options, request, context) {
    const collection = useCollection(options.collection, request, context, 'rw')
    return runImport(collection, options, request, context)
  },
})
