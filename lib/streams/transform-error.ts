import { ReplicationError } from '../core/index.js'
import { describePlace, type LinePlace } from '../wire/index.js'

/** Where a document is that could not be transformed. */
export interface TransformPlace extends LinePlace {
  /** Name of the transform, where it has one. */
  readonly transform?: string | undefined
  /** Name of the document's collection, where known. */
  readonly collection?: string | undefined
  /** The document's `_key`, where known. */
  readonly key?: string | undefined
}

/** A function that was given to transform entries threw, or gave what is no document. */
export class TransformError extends ReplicationError {
  readonly code = 'ERR_TRANSFORM' as const
  /** What is wrong, without the place. */
  readonly reason: string
  /** Name of the transform, where it has one. */
  readonly transform: string | undefined
  /** Name of the document's collection, where known. */
  readonly collection: string | undefined
  /** The document's `_key`, where known. */
  readonly key: string | undefined
  /** 1-based number of the line in its stream. */
  readonly lineNumber: number
  /** 0-based offset of the line in its stream, where known. */
  readonly byteOffset: number | undefined
  /** The file or URL of the stream, where known. */
  readonly source: string | undefined

  constructor(reason: string, place: TransformPlace, options?: ErrorOptions) {
    super(`Cannot transform ${describeDocument(place)}: ${reason}`, options)
    this.reason = reason
    this.transform = place.transform
    this.collection = place.collection
    this.key = place.key
    this.lineNumber = place.lineNumber
    this.byteOffset = place.byteOffset
    this.source = place.source
  }
}

function describeDocument(place: TransformPlace): string {
  const line = `dump line ${describePlace(place)}`
  if (place.key === undefined) return line
  const collection = place.collection === undefined ? '' : ` of collection "${place.collection}"`
  return `document "${place.key}"${collection} in ${line}`
}

/** Says where a user's function failed; the message of its error stays in `cause`. */
export function transformError(error: unknown, place: LinePlace): ReplicationError {
  if (error instanceof ReplicationError) return error
  const name = error instanceof Error ? error.name : typeof error
  return new TransformError(`the function threw ${name}`, place, { cause: error })
}
