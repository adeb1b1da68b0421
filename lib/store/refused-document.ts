import { StoreError, type StoreErrorCode } from './store-error.js'

/** The error for a document that cannot be written as it came. */
export function refusedDocument(
  code: StoreErrorCode,
  reason: string,
  options?: ErrorOptions,
): StoreError {
  return new StoreError(code, `Cannot write the document: ${reason}`, options)
}
