import { DOCUMENT_COLLECTION } from '../wire/index.js'
import { keyOfHandle, readNamedKey, readRevisionText } from './document-keys.js'
import { parseNewDocument } from './new-document.js'
import { refusedDocument } from './refused-document.js'

const QUOTE = 0x22
const OPEN_BRACE = 0x7b

/** Which document is meant, and in which revision. */
export interface DocumentSelector {
  readonly key: string
  /** Text of the `_rev`, where it was given. */
  readonly revision: string | undefined
}

/**
 * Reads the JSON text by which a document is named: its key, its `_id`, or an object with `_key` or
 * `_id`, and maybe `_rev`.
 *
 * @param text - a JSON value without space around it
 * @throws StoreError `ERR_HANDLE_INVALID`, `ERR_KEY_MISSING`, `ERR_DOCUMENT_INVALID`
 */
export function parseDocumentSelector(text: Buffer, collectionName: string): DocumentSelector {
  if (text[0] === QUOTE) {
    const handle = JSON.parse(text.toString()) as string
    return { key: keyOfHandle(handle, collectionName), revision: undefined }
  }
  if (text[0] !== OPEN_BRACE) {
    throw refusedDocument('ERR_HANDLE_INVALID', 'neither a key nor an object names it')
  }
  const document = parseNewDocument(text, DOCUMENT_COLLECTION)
  return { key: readNamedKey(document, collectionName), revision: readRevisionText(document) }
}
