import { checksumChunk, type Checksum } from '../lib/merkle/checksum.js'
import { EntryChunk, type EntryChunkParts } from '../lib/streams/entry-chunk.js'
import { DumpLineError, type LinePlace } from '../lib/wire/index.js'

/** The parts of a chunk as they cross threads: plain arrays instead of Buffers. */
export type ChecksumTask = Omit<EntryChunkParts, 'buffer'> & { readonly bytes: Uint8Array }

/** The checksum, or which line was bad: an error class would not survive the crossing. */
export type ChecksumAnswer =
  | { readonly kind: 'checksum'; readonly checksum: Checksum }
  | { readonly kind: 'bad-line'; readonly reason: string; readonly place: LinePlace }

/** Sums up the documents of one chunk. */
export default function checksum({ bytes, ...parts }: ChecksumTask): ChecksumAnswer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return { kind: 'checksum', checksum: checksumChunk(new EntryChunk({ ...parts, buffer })) }
  } catch (error) {
    if (!(error instanceof DumpLineError)) throw error
    const { reason, lineNumber, byteOffset, source } = error
    return { kind: 'bad-line', reason, place: { lineNumber, byteOffset, source } }
  }
}
