import { ReplicationError } from '../../core/index.js'

/** A checkpoint's file cannot be read or written, or holds no checkpoint. */
export class CheckpointError extends ReplicationError {
  readonly code = 'ERR_CHECKPOINT_FILE' as const
  readonly path: string

  constructor(action: 'read' | 'save', path: string, reason: string, options?: ErrorOptions) {
    super(`Cannot ${action} checkpoint "${path}": ${reason}`, options)
    this.path = path
  }
}
