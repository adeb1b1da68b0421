import { ReplicationError } from '../core/index.js'

/** What can go wrong with a store; the server maps these to its answers. */
export type StoreErrorCode =
  | 'ERR_STORE_LOCKED'
  | 'ERR_STORE_NOT_FOUND'
  | 'ERR_STORE_FORMAT'
  | 'ERR_STORE_CLOSED'
  | 'ERR_STORE_FAILED'
  | 'ERR_STORE_READ_ONLY'
  | 'ERR_SNAPSHOT_CLOSED'
  | 'ERR_SNAPSHOT_LIMIT'
  | 'ERR_NAME_INVALID'
  | 'ERR_DEFINITION_INVALID'
  | 'ERR_DATABASE_NOT_FOUND'
  | 'ERR_DATABASE_EXISTS'
  | 'ERR_COLLECTION_NOT_FOUND'
  | 'ERR_COLLECTION_EXISTS'
  | 'ERR_INDEX_NOT_FOUND'
  | 'ERR_VIEW_NOT_FOUND'
  | 'ERR_VIEW_EXISTS'
  | 'ERR_DOCUMENT_INVALID'
  | 'ERR_DOCUMENT_TOO_LARGE'
  | 'ERR_DOCUMENT_EXISTS'
  | 'ERR_DOCUMENT_NOT_FOUND'
  | 'ERR_EDGE_INVALID'
  | 'ERR_HANDLE_INVALID'
  | 'ERR_KEY_INVALID'
  | 'ERR_KEY_MISSING'
  | 'ERR_KEY_OPTIONS_INVALID'
  | 'ERR_KEY_UNEXPECTED'
  | 'ERR_KEYS_USED_UP'
  | 'ERR_REVISION_CONFLICT'
  | 'ERR_UNIQUE_CONFLICT'

/** The embedded store refuses or cannot do what was asked; {@link StoreError.code} says why. */
export class StoreError extends ReplicationError {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
