import { Transform } from 'node:stream'
import { CHUNK_BYTES, CHUNK_HIGH_WATER_MARK } from '../../core/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import type { ObjectTransform } from '../object-transform.js'
import { CsvReader, type CsvParserOptions } from './csv-reader.js'

/**
 * Makes a Transform that reads rows of a table (RFC 4180) as documents, one line of JSON each. Line
 * numbers are those of the table's lines.
 *
 * @returns bytes in, {@link EntryChunk} out; emits {@link FormatError} for what is no table, a row with
 *   more or fewer cells than there are columns, and bytes that are not UTF-8
 * @throws RangeError when an option is out of range
 */
export function createCsvParser(
  options: CsvParserOptions = {},
): ObjectTransform<Uint8Array, EntryChunk> {
  const reader = new CsvReader(options)
  return new Transform({
    writableHighWaterMark: CHUNK_BYTES,
    readableObjectMode: true,
    readableHighWaterMark: CHUNK_HIGH_WATER_MARK,
    transform(block: Buffer, _encoding, done) {
      reader.read(block).then((chunk) => {
        done(null, chunk)
      }, done)
    },
    flush(done) {
      reader.finish().then((chunk) => {
        done(null, chunk)
      }, done)
    },
  })
}
