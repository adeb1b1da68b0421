import { formatRevision, type Revision } from '../values/index.js'
import { StoreError, type StoreErrorCode } from './store-error.js'

/** Why an operation was refused that is about a document which is there. */
export type DocumentErrorCode = Extract<
  StoreErrorCode,
  'ERR_DOCUMENT_EXISTS' | 'ERR_REVISION_CONFLICT' | 'ERR_UNIQUE_CONFLICT'
>

/** Which document stands in the way. */
export interface PresentDocument {
  /** Name of its collection. */
  readonly collection: string
  readonly key: string
  readonly revision?: Revision | undefined
}

/** A document that is there stands in the way of what was to be written. */
export class DocumentError extends StoreError {
  /** `_id` of the document that is there. */
  readonly id: string
  readonly key: string
  /** Its `_rev`, where the operation was about that very document. */
  readonly revision: string | undefined

  constructor(code: DocumentErrorCode, message: string, present: PresentDocument) {
    super(code, message)
    const { collection, key, revision } = present
    this.id = `${collection}/${key}`
    this.key = key
    this.revision = revision && formatRevision(revision)
  }
}
