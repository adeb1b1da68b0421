import { ReplicationError } from '../core/index.js'
import type { JsonSyntaxError } from './json-syntax-error.js'

/** Where a line of dump entries came from. */
export interface LinePlace {
  /** 1-based number of the line in its stream. */
  readonly lineNumber: number
  /** 0-based offset of the line's first byte in its stream. */
  readonly byteOffset?: number | undefined
  /** The file or URL of the stream. */
  readonly source?: string | undefined
}

/** One line of a dump is not what a dump promises. The line itself is never in the message. */
export class DumpLineError extends ReplicationError {
  readonly code = 'ERR_DUMP_LINE' as const
  /** What is wrong, without the place. */
  readonly reason: string
  /** 1-based number of the line in its stream. */
  readonly lineNumber: number
  /** 0-based offset of the line in its stream, where known. */
  readonly byteOffset: number | undefined
  /** The file or URL of the stream, where known. */
  readonly source: string | undefined

  constructor(reason: string, place: LinePlace, options?: ErrorOptions) {
    super(`Cannot read dump line ${describePlace(place)}: ${reason}`, options)
    this.reason = reason
    this.lineNumber = place.lineNumber
    this.byteOffset = place.byteOffset
    this.source = place.source
  }
}

/** The error of a kind of lines. */
export type LineErrorClass<LineError extends ReplicationError> = new (
  reason: string,
  place: LinePlace,
  options?: ErrorOptions,
) => LineError

/**
 * Says of a dump line what a scanner said of a buffer.
 *
 * @param lineStart - offset of the line in the buffer that was scanned
 */
export function dumpLineError(
  error: JsonSyntaxError,
  lineStart: number,
  place: LinePlace,
): DumpLineError {
  return lineSyntaxError(DumpLineError, error, lineStart, place)
}

/** As {@link dumpLineError}, for any kind of lines. */
export function lineSyntaxError<LineError extends ReplicationError>(
  errorClass: LineErrorClass<LineError>,
  error: JsonSyntaxError,
  lineStart: number,
  place: LinePlace,
): LineError {
  const reason = `${error.reason} (byte ${error.offset - lineStart} of the line)`
  return new errorClass(reason, place, { cause: error })
}

/** Words for a place: `7 of FILE (from byte 2814)`, as far as it is known. */
export function describePlace({ lineNumber, byteOffset, source }: LinePlace): string {
  const file = source === undefined ? '' : ` of ${source}`
  const offset = byteOffset === undefined ? '' : ` (from byte ${byteOffset})`
  return `${lineNumber}${file}${offset}`
}
