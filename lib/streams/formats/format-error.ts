import { ReplicationError } from '../../core/index.js'

/** Where in its input a format does not hold what it should. */
export interface FormatPlace {
  /** What is counted: the lines of a file, the rows of a table, the items of an array. */
  readonly unit: 'line' | 'item'
  /** 1-based. */
  readonly number: number
  /** The file or URL of the stream, where known. */
  readonly source?: string | undefined
}

/** Bytes are not of the format that was told, or a line cannot be written in it. */
export class FormatError extends ReplicationError {
  readonly code = 'ERR_FORMAT' as const
  /** What is wrong, without the place. */
  readonly reason: string
  /** What {@link number} counts. */
  readonly unit: 'line' | 'item'
  /** 1-based number of the line or item. */
  readonly number: number
  /** The file or URL of the stream, where known. */
  readonly source: string | undefined

  constructor(action: string, place: FormatPlace, reason: string, options?: ErrorOptions) {
    const file = place.source === undefined ? '' : ` of ${place.source}`
    super(`Cannot ${action}, ${place.unit} ${place.number}${file}: ${reason}`, options)
    this.reason = reason
    this.unit = place.unit
    this.number = place.number
    this.source = place.source
  }
}
