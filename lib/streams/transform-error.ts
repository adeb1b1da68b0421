import { ReplicationError } from '../core/index.js'
import { describePlace, type LinePlace } from '../wire/index.js'

/** A function that was given to transform entries threw, or gave what is no document. */
export class TransformError extends ReplicationError {
  readonly code = 'ERR_TRANSFORM' as const
  /** 1-based number of the line in its stream. */
  readonly lineNumber: number
  /** 0-based offset of the line in its stream, where known. */
  readonly byteOffset: number | undefined
  /** The file or URL of the stream, where known. */
  readonly source: string | undefined

  constructor(reason: string, place: LinePlace, options?: ErrorOptions) {
    super(`Cannot transform dump line ${describePlace(place)}: ${reason}`, options)
    this.lineNumber = place.lineNumber
    this.byteOffset = place.byteOffset
    this.source = place.source
  }
}

/** Says where a user's function failed; the message of its error stays in `cause`. */
export function transformError(error: unknown, place: LinePlace): ReplicationError {
  if (error instanceof ReplicationError) return error
  const name = error instanceof Error ? error.name : typeof error
  return new TransformError(`the function threw ${name}`, place, { cause: error })
}
