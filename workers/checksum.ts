import { checksumChunk } from '../lib/merkle/checksum.js'
import type { ChecksumAnswer, ChecksumTask } from '../lib/merkle/checksum-task.js'
import { EntryChunk } from '../lib/streams/entry-chunk.js'
import { DumpLineError } from '../lib/wire/index.js'

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
