import { Transform } from 'node:stream'
import { CHUNK_BYTES, CHUNK_HIGH_WATER_MARK } from '../../core/index.js'
import { JsonSyntaxError, skipSpace, skipValue } from '../../wire/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import type { ObjectTransform } from '../object-transform.js'
import { FormatError } from './format-error.js'

const SPACE = 0x20
const OPEN = Buffer.from('[\n')
const BETWEEN = Buffer.from(',\n')
const CLOSE = Buffer.from('\n]\n')
const EMPTY = Buffer.from('[]\n')

/**
 * Makes a Transform that writes lines of JSON as one array, an item a line. The items are the bytes of
 * the lines; blank lines are left out. What is not JSON is refused, as all of the array would be none.
 *
 * @returns {@link EntryChunk} in, bytes out; emits {@link FormatError} for a line that is no JSON, and
 *   {@link DumpLineError} for one that is not UTF-8
 */
export function createJsonArrayFormatter(): ObjectTransform<EntryChunk, Buffer> {
  let isEmpty = true
  return new Transform({
    writableObjectMode: true,
    writableHighWaterMark: CHUNK_HIGH_WATER_MARK,
    readableHighWaterMark: CHUNK_BYTES,
    transform(chunk: EntryChunk, _encoding, done) {
      try {
        const pieces: Buffer[] = []
        for (let index = 0; index < chunk.lineCount; index += 1) {
          if (chunk.isBlank(index)) continue
          pieces.push(isEmpty ? OPEN : BETWEEN, readItem(chunk, index))
          isEmpty = false
        }
        done(null, pieces.length === 0 ? undefined : Buffer.concat(pieces))
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      done(null, isEmpty ? EMPTY : CLOSE)
    },
  })
}

/** The value of a line, without the white space around it. */
function readItem(chunk: EntryChunk, index: number): Buffer {
  chunk.assertUtf8(index)
  const { buffer, offsets } = chunk
  let end = offsets[index + 1] as number
  while ((buffer[end - 1] as number) <= SPACE) end -= 1
  const lineStart = offsets[index] as number
  const start = skipSpace(buffer, lineStart, end)
  try {
    const valueEnd = skipValue(buffer, start, end)
    if (valueEnd < end) throw new JsonSyntaxError('text after the end of the value', valueEnd)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const place = { unit: 'line', number: chunk.lineNumber(index), source: chunk.source } as const
    const reason = `${error.reason} (byte ${error.offset - lineStart} of the line)`
    throw new FormatError('write a JSON array', place, reason, { cause: error })
  }
  return buffer.subarray(start, end)
}
