import { Transform } from 'node:stream'
import { CHUNK_BYTES, CHUNK_HIGH_WATER_MARK } from '../core/index.js'
import type { EntryChunk } from './entry-chunk.js'
import { LineCutter, type ChunkLinesOptions } from './line-cutter.js'
import type { ObjectTransform } from './object-transform.js'

/**
 * Makes a Transform that cuts bytes into chunks of whole lines; {@link chunkLines} as a stream.
 *
 * @returns bytes in, {@link EntryChunk} out; emits {@link LineTooLongError}
 * @throws RangeError when an option is out of range
 */
export function createChunker(
  options: ChunkLinesOptions = {},
): ObjectTransform<Uint8Array, EntryChunk> {
  const cutter = new LineCutter(options)
  return new Transform({
    writableHighWaterMark: CHUNK_BYTES,
    readableObjectMode: true,
    readableHighWaterMark: CHUNK_HIGH_WATER_MARK,
    transform(block: Buffer, _encoding, done) {
      try {
        for (const chunk of cutter.cut(block)) this.push(chunk)
        done()
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      done(null, cutter.finish())
    },
  })
}
