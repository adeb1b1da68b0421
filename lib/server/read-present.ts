import {
  DocumentError,
  StoreError,
  type Store,
  type StoreCollection,
  type StoredDocument,
} from '../store/index.js'
import { formatRevision, parseRevision } from '../values/index.js'

/** Which document is to be read. */
interface WantedDocument {
  readonly key: string
  /** Text of the revision that it has to have. */
  readonly expected: string | undefined
}

/**
 * Reads a document that has to be there.
 *
 * @throws StoreError `ERR_DOCUMENT_NOT_FOUND`; {@link DocumentError} when it has another revision
 */
export function readPresent(
  store: Pick<Store, 'document'>,
  collection: StoreCollection,
  { key, expected }: WantedDocument,
): StoredDocument {
  const document = store.document(collection, key)
  if (document === undefined) {
    throw new StoreError('ERR_DOCUMENT_NOT_FOUND', 'Cannot read the document: there is none')
  }
  const { revision } = document
  if (expected === undefined || parseRevision(expected) === revision) return document
  const reason = `its revision is ${formatRevision(revision)}`
  throw new DocumentError('ERR_REVISION_CONFLICT', `Cannot read the document: ${reason}`, {
    collection: collection.definition.name,
    key,
    revision,
  })
}
