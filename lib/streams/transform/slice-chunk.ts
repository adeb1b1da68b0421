import { EntryChunk } from '../entry-chunk.js'

/** Bytes below which a slice is not worth handing over. */
const SLICE_BYTES_MIN = 32 * 1024

/** Cuts a chunk into about equal parts of whole lines, as views; into fewer where they would be small. */
export function sliceChunk(chunk: EntryChunk, count: number): EntryChunk[] {
  const { buffer, offsets, lineCount } = chunk
  const parts = Math.max(1, Math.min(count, Math.floor(buffer.length / SLICE_BYTES_MIN)))
  const slices: EntryChunk[] = []
  let first = 0
  for (let part = 1; part <= parts && first < lineCount; part += 1) {
    const goal = (buffer.length * part) / parts
    let end = first + 1
    while (end < lineCount && (offsets[end] as number) < goal) end += 1
    if (part === parts) end = lineCount
    const slice = chunk.sliceParts(first, end)
    slices.push(slice === chunk ? chunk : new EntryChunk(slice))
    first = end
  }
  return slices
}
