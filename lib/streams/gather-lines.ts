import { EntryChunk } from './entry-chunk.js'

const NEWLINE = 0x0a
const NEWLINE_BYTES = Buffer.from('\n')

/**
 * Copies the lines of chunks into one chunk, whether or not they follow each other: every line keeps
 * its number, and ends with a newline.
 *
 * @param chunks - at least one, all of one stream
 */
export function gatherLines(chunks: readonly [EntryChunk, ...EntryChunk[]]): EntryChunk {
  const [first] = chunks
  if (chunks.length === 1) return first
  const lineCount = chunks.reduce((sum, chunk) => sum + chunk.lineCount, 0)
  const offsets = new Uint32Array(lineCount + 1)
  const lineNumbers = new Uint32Array(lineCount)
  const pieces: Buffer[] = []
  let line = 0
  let bytes = 0
  for (const chunk of chunks) {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      lineNumbers[line] = chunk.lineNumber(index)
      line += 1
      offsets[line] = bytes + (chunk.offsets[index + 1] as number)
    }
    pieces.push(chunk.buffer)
    bytes += chunk.buffer.length
    if (chunk.lineCount === 0 || chunk.buffer.at(-1) === NEWLINE) continue
    pieces.push(NEWLINE_BYTES)
    bytes += 1
    offsets[line] = bytes
  }
  const { firstLineNumber, byteOffset, source } = first
  const buffer = Buffer.concat(pieces, bytes)
  return new EntryChunk({ buffer, offsets, firstLineNumber, byteOffset, source, lineNumbers })
}
