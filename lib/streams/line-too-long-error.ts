import { ReplicationError } from '../core/index.js'
import { describePlace, type LinePlace } from '../wire/index.js'

/** A line is longer than the limit, so it was not read. */
export class LineTooLongError extends ReplicationError {
  readonly code = 'ERR_LINE_TOO_LONG' as const
  /** The limit, without the newline. */
  readonly lineBytesMax: number
  /** 1-based number of the line in its stream. */
  readonly lineNumber: number
  /** 0-based offset of the line in its stream, where known. */
  readonly byteOffset: number | undefined
  /** The file or URL of the stream, where known. */
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
