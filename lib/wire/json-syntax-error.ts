import { ReplicationError } from '../core/index.js'

/** Bytes that should be JSON (RFC 8259) are not. */
export class JsonSyntaxError extends ReplicationError {
  readonly code = 'ERR_JSON_SYNTAX' as const
  /** What is wrong, without the place. */
  readonly reason: string
  /** 0-based byte offset in the buffer that was scanned. */
  readonly offset: number

  constructor(reason: string, offset: number, options?: ErrorOptions) {
    super(`Cannot read JSON at byte ${offset}: ${reason}`, options)
    this.reason = reason
    this.offset = offset
  }
}
