import { ReplicationError } from '../core/index.js'
import { describePlace, type LinePlace } from './dump-line-error.js'

/** One line of the log is not what the log promises. The line itself is never in the message. */
export class MarkerLineError extends ReplicationError {
  readonly code = 'ERR_MARKER_LINE' as const
  /** What is wrong, without the place. */
  readonly reason: string
  /** 1-based number of the line in its stream. */
  readonly lineNumber: number
  /** 0-based offset of the line in its stream, where known. */
  readonly byteOffset: number | undefined
  /** The file or URL of the stream, where known. */
  readonly source: string | undefined

  constructor(reason: string, place: LinePlace, options?: ErrorOptions) {
    super(`Cannot read marker line ${describePlace(place)}: ${reason}`, options)
    this.reason = reason
    this.lineNumber = place.lineNumber
    this.byteOffset = place.byteOffset
    this.source = place.source
  }
}
