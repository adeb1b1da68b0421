import { ReplicationError } from '../../core/index.js'

/** What transforms make of the collections of a source cannot be copied. */
export class TransformPlanError extends ReplicationError {
  readonly code = 'ERR_TRANSFORM_PLAN' as const

  constructor(source: string, reason: string, options?: ErrorOptions) {
    super(`Cannot transform the collections of ${source}: ${reason}`, options)
  }
}
