/**
 * The base of every error that tidemark raises about data, a peer or a machine. Misuse of the
 * library itself is a `TypeError` or a `RangeError`; a broken invariant is an `AssertionError`.
 */
export abstract class ReplicationError extends Error {
  /** Stable name of the kind of error, `ERR_…`; match on this, not on the message. */
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}
