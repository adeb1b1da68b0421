import { ReplicationError } from '../../core/index.js'

/** A transform cannot be loaded, or cannot be used the way it was asked to. */
export class TransformSetupError extends ReplicationError {
  readonly code = 'ERR_TRANSFORM_SETUP' as const
  /** What was asked for: the path of a module, or a name with its argument. */
  readonly transform: string

  constructor(action: string, transform: string, reason: string, options?: ErrorOptions) {
    super(`Cannot ${action} the transform "${transform}": ${reason}`, options)
    this.transform = transform
  }
}
