import { EntryChunk } from './entry-chunk.js'

const NEWLINE = 0x0a

/**
 * Tells whether `next` goes on where `chunk` ends: the same stream, no byte between them, and no
 * line numbers of their own.
 */
export function isFollowedBy(chunk: EntryChunk, next: EntryChunk): boolean {
  return (
    chunk.source === next.source &&
    chunk.lineNumbers === undefined &&
    next.lineNumbers === undefined &&
    chunk.byteOffset + chunk.buffer.length === next.byteOffset &&
    chunk.buffer.at(-1) === NEWLINE
  )
}

/**
 * Copies chunks that follow each other into one.
 *
 * @param chunks - at least one, each followed by the next ({@link isFollowedBy})
 */
export function joinChunks(chunks: readonly [EntryChunk, ...EntryChunk[]]): EntryChunk {
  const [first] = chunks
  if (chunks.length === 1) return first
  const lineCount = chunks.reduce((sum, chunk) => sum + chunk.lineCount, 0)
  const offsets = new Uint32Array(lineCount + 1)
  let line = 0
  let bytes = 0
  for (const chunk of chunks) {
    for (let index = 1; index <= chunk.lineCount; index += 1) {
      line += 1
      offsets[line] = bytes + (chunk.offsets[index] as number)
    }
    bytes += chunk.buffer.length
  }
  const buffer = Buffer.concat(chunks.map((chunk) => chunk.buffer))
  const { firstLineNumber, byteOffset, source } = first
  return new EntryChunk({ buffer, offsets, firstLineNumber, byteOffset, source })
}
