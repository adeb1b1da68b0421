import { isKeepableRevision, parseRevision, type Revision } from '../values/index.js'
import { readRevisionText } from './document-keys.js'
import type { DocumentWriter } from './document-writer.js'
import { formatNewDocument, type NewDocument } from './new-document.js'
import { DocumentKey, type KeyKey } from './row-keys.js'

/** A document that was put, and the revision that it has. */
export interface PutDocument {
  readonly revision: Revision
  readonly text: Buffer
}

/** Where a document goes. */
interface Place {
  readonly key: string
  readonly keyKey: KeyKey
  /** That of the document which is there. */
  readonly revision?: Revision | undefined
}

/**
 * Puts a document under the revision that its text says, as replicated ones are put: under a new one
 * where another document has that already.
 *
 * @returns undefined when the text says none that a document can have; nothing was written then
 * @throws DocumentError `ERR_UNIQUE_CONFLICT`: as in ArangoDB, that is asked of such documents too
 */
export function putKept(
  writer: DocumentWriter,
  { key, keyKey, revision: old }: Place,
  document: NewDocument,
): PutDocument | undefined {
  const revision = parseRevision(readRevisionText(document) ?? '')
  if (!isKeepableRevision(revision)) return undefined
  const { name, space } = writer.collection
  const text = formatNewDocument(document, name, { key, revision })
  writer.checkUnique(keyKey, text)
  const span = { bytes: text, start: 0, end: text.length }
  // One of the same revision counts as equal and would be left as it is.
  if (old === revision && !writer.read(keyKey).equals(text)) writer.remove(keyKey)
  if (writer.put(keyKey, new DocumentKey().setRevision(space, revision), span) >= 0) {
    writer.observe(revision)
    return { revision, text }
  }
  writer.putWithNewRevision(keyKey, span)
  return { revision: writer.revisionOf(keyKey) ?? revision, text: writer.read(keyKey) }
}
