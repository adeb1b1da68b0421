import { ReplicationError } from '../core/index.js'
import type { Tick } from '../values/index.js'

/** A marker that could not be applied. */
export interface RefusedMarker {
  readonly tick: Tick
  /** The number of its type. */
  readonly type: number
  /** Name or globallyUniqueId of its collection or view, where it tells one. */
  readonly collection: string | undefined
}

/** A target cannot apply a marker; what was to be applied together with it is not applied either. */
export class FollowError extends ReplicationError {
  readonly code = 'ERR_FOLLOW_APPLY' as const
  /** Where the marker stands in the log. */
  readonly tick: Tick
  /** The number of the marker's type. */
  readonly type: number
  /** Name or globallyUniqueId of the marker's collection or view, where it tells one. */
  readonly collection: string | undefined
  /**
   * What ArangoDB's followers call it, where they do: 1203 no such collection, 1228 no such database,
   * 1406 an unknown type, 1408 not to be expected there (client notes, 3.4).
   */
  readonly errorNumber: number | undefined

  constructor(
    { tick, type, collection }: RefusedMarker,
    reason: string,
    { errorNumber, ...options }: ErrorOptions & { readonly errorNumber?: number | undefined } = {},
  ) {
    const of = collection === undefined ? '' : ` of ${JSON.stringify(collection)}`
    super(`Cannot apply the marker of tick ${tick}, type ${type}${of}: ${reason}`, options)
    this.tick = tick
    this.type = type
    this.collection = collection
    this.errorNumber = errorNumber
  }
}
