import { Transform } from 'node:stream'
import { CHUNK_BYTES, CHUNK_HIGH_WATER_MARK } from '../core/index.js'
import type { EntryChunk } from './entry-chunk.js'
import type { ObjectTransform } from './object-transform.js'

const NEWLINE = 0x0a

/**
 * Makes a Transform that writes chunks as the bytes they are. A last line without a newline gets one
 * when another chunk follows, so chunks of several files may go through one after the other.
 *
 * @returns {@link EntryChunk} in, bytes out
 */
export function formatChunks(): ObjectTransform<EntryChunk, Buffer> {
  let isLineOpen = false
  return new Transform({
    writableObjectMode: true,
    writableHighWaterMark: CHUNK_HIGH_WATER_MARK,
    readableHighWaterMark: CHUNK_BYTES,
    transform({ buffer }: EntryChunk, _encoding, done) {
      if (buffer.length > 0) {
        if (isLineOpen) this.push('\n')
        isLineOpen = buffer[buffer.length - 1] !== NEWLINE
        this.push(buffer)
      }
      done()
    },
  })
}
