import split2 from 'split2'
import { LINE_BYTES_MAX, OBJECT_HIGH_WATER_MARK } from '../core/index.js'
import { LineTooLongError } from './line-too-long-error.js'
import type { ObjectTransform } from './object-transform.js'

/** How {@link splitLines} splits. */
export interface SplitLinesOptions {
  /** The file or URL of the bytes, for errors. */
  readonly source?: string | undefined
  /** Longest line in UTF-16 units, which are at most its bytes. Default: `LINE_BYTES_MAX`. */
  readonly lineLengthMax?: number | undefined
}

/**
 * Makes a Transform that splits UTF-8 into lines without their ends, `\n` or `\r\n`; blank lines
 * come as empty texts. For per-object pipes; {@link createChunker} is several times faster.
 *
 * @returns bytes in, strings out; emits {@link LineTooLongError}
 * @throws RangeError when the limit is not a positive integer
 */
export function splitLines(options: SplitLinesOptions = {}): ObjectTransform<Uint8Array, string> {
  const { source, lineLengthMax = LINE_BYTES_MAX } = options
  if (!Number.isSafeInteger(lineLengthMax) || lineLengthMax < 1) {
    throw new RangeError('Cannot split lines: lineLengthMax must be a positive integer')
  }
  let lineNumber = 1
  const tooLong = (): LineTooLongError =>
    new LineTooLongError(lineLengthMax, { lineNumber, source })
  const countLine = (line: string): string => {
    if (line.length > lineLengthMax) throw tooLong()
    lineNumber += 1
    return line
  }
  const stream = split2(/\r?\n/, countLine, {
    maxLength: lineLengthMax,
    readableHighWaterMark: OBJECT_HIGH_WATER_MARK,
  })
  // split2 reports an unfinished line over the limit with an Error that says neither where nor what.
  const transform = stream._transform.bind(stream)
  stream._transform = (block, encoding, done) => {
    transform(block, encoding, (error) => {
      const isOverflow = error instanceof Error && !(error instanceof LineTooLongError)
      done(isOverflow ? tooLong() : error)
    })
  }
  return stream
}
