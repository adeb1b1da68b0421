import { Transform } from 'node:stream'
import { CHUNK_BYTES, CHUNK_HIGH_WATER_MARK } from '../../core/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import type { ObjectTransform } from '../object-transform.js'
import { JsonArrayCutter, type JsonArrayOptions } from './json-array-cutter.js'
import { LineGatherer } from './line-gatherer.js'

/**
 * Makes a Transform that reads a JSON array of any size: each item becomes a line. Items are the
 * bytes that came, numbers as they were written; of one that goes over several lines the white space
 * between values is left out. Line numbers count items.
 *
 * @returns bytes in, {@link EntryChunk} out; emits {@link FormatError}
 * @throws RangeError when an option is out of range
 */
export function createJsonArrayParser(
  options: JsonArrayOptions = {},
): ObjectTransform<Uint8Array, EntryChunk> {
  const cutter = new JsonArrayCutter(options)
  const gatherer = new LineGatherer(options.source)
  return new Transform({
    writableHighWaterMark: CHUNK_BYTES,
    readableObjectMode: true,
    readableHighWaterMark: CHUNK_HIGH_WATER_MARK,
    transform(block: Buffer, _encoding, done) {
      try {
        for (const item of cutter.cut(block)) gatherer.add(item, cutter.itemNumber - 1)
        done(null, gatherer.take())
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        cutter.finish()
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}
