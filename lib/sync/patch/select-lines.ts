import { EntryChunk } from '../../streams/index.js'

/**
 * Makes a chunk of some lines of another one, with their numbers in the file. Lines that follow each
 * other are not copied.
 *
 * @param lines - ascending, at least one
 */
export function selectLines(chunk: EntryChunk, lines: readonly number[]): EntryChunk {
  const { source, byteOffset, offsets } = chunk
  const first = lines[0] as number
  const last = lines.at(-1) as number
  if (lines.length === chunk.lineCount) return chunk
  const lineNumbers = new Uint32Array(lines.map((line) => chunk.lineNumber(line)))
  const chosen = new Uint32Array(lines.length + 1)
  for (const [index, line] of lines.entries()) {
    chosen[index + 1] =
      (chosen[index] as number) + (offsets[line + 1] as number) - (offsets[line] as number)
  }
  const isWhole = last - first + 1 === lines.length
  const buffer = isWhole
    ? chunk.buffer.subarray(offsets[first], offsets[last + 1])
    : Buffer.concat(lines.map((line) => chunk.lineBytes(line)))
  return new EntryChunk({
    buffer,
    offsets: chosen,
    firstLineNumber: chunk.lineNumber(first),
    byteOffset,
    source,
    lineNumbers,
  })
}
