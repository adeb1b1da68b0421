import { ReplicationError } from '../core/index.js'
import type { Tick } from '../values/index.js'
import type { UnknownMarker } from './marker.js'

/** A marker has a type that is not known here, and whoever reads wanted to know all of them. */
export class UnknownMarkerError extends ReplicationError {
  readonly code = 'ERR_UNKNOWN_MARKER' as const
  /** The type that is not known. */
  readonly type: number
  /** Where the marker stands in the log. */
  readonly tick: Tick

  constructor({ type, tick }: Pick<UnknownMarker, 'type' | 'tick'>, options?: ErrorOptions) {
    super(`Cannot read the marker of tick ${tick}: its type ${type} is not known`, options)
    this.type = type
    this.tick = tick
  }
}
