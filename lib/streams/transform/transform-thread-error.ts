import { ReplicationError } from '../../core/index.js'

/** A thread that transformed documents has ended, or could not answer. */
export class TransformThreadError extends ReplicationError {
  readonly code = 'ERR_TRANSFORM_THREAD' as const

  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`Cannot transform ${what}: ${reason}`, options)
  }
}
