import { StoreError, type StoreErrorCode } from '../../../lib/store/index.js'

/** For `assert.throws` and `assert.rejects`: a {@link StoreError} of this code. */
export function withCode(code: StoreErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === code
}
