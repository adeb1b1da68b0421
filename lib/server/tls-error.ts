import { ReplicationError } from '../core/index.js'

/** What of TLS is not fit. */
export type TlsPart = 'certificate' | 'key'

/** A certificate or its private key cannot be used. */
export class TlsError extends ReplicationError {
  readonly code = 'ERR_TLS' as const
  readonly part: TlsPart
  /** Why, without the part. */
  readonly reason: string

  constructor(part: TlsPart, reason: string, options?: ErrorOptions) {
    super(`Cannot use the ${part} for TLS: ${reason}`, options)
    this.part = part
    this.reason = reason
  }
}
