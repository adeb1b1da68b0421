import { ReplicationError } from '../core/index.js'
import { describePlace, type LinePlace } from '../wire/index.js'

/** A line is longer than the limit, so it was not read. */
export class LineTooLongError extends ReplicationError {
  readonly code = 'ERR_LINE_TOO_LONG' as const
  /** The limit, without the newline. */
  readonly lineBytesMax: number
  readonly lineNumber: number
  readonly byteOffset: number | undefined
  readonly source: string | undefined

  constructor(lineBytesMax: number, place: LinePlace, options?: ErrorOptions) {
    const limit = `it is longer than ${lineBytesMax} bytes`
    super(`Cannot read line ${describePlace(place)}: ${limit}`, options)
    this.lineBytesMax = lineBytesMax
    this.lineNumber = place.lineNumber
    this.byteOffset = place.byteOffset
    this.source = place.source
  }
}
