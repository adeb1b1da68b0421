import { EntryChunk } from '../../lib/streams/index.js'

/** A chunk of the given lines, each ended by a newline. */
export function chunkOf(lines: readonly string[], source?: string): EntryChunk {
  const buffers = lines.map((line) => Buffer.from(`${line}\n`))
  const offsets = new Uint32Array(lines.length + 1)
  for (const [index, { length }] of buffers.entries()) {
    offsets[index + 1] = (offsets[index] ?? 0) + length
  }
  const buffer = Buffer.concat(buffers)
  return new EntryChunk({ buffer, offsets, firstLineNumber: 1, byteOffset: 0, source })
}
