import type { EntryChunk } from './entry-chunk.js'
import { LineCutter, type ChunkLinesOptions } from './line-cutter.js'

/**
 * Cuts a source of bytes into chunks of whole lines, asking for a block only when a chunk is wanted.
 *
 * @param source - blocks cut anywhere, each left alone once given away; closed on early return
 * @throws {@link LineTooLongError} when a line is longer than the limit
 * @throws RangeError at the call when an option is out of range
 */
export function chunkLines(
  source: AsyncIterable<Uint8Array>,
  options: ChunkLinesOptions = {},
): AsyncGenerator<EntryChunk> {
  return cutSource(source, new LineCutter(options))
}

async function* cutSource(
  source: AsyncIterable<Uint8Array>,
  cutter: LineCutter,
): AsyncGenerator<EntryChunk> {
  for await (const block of source) yield* cutter.cut(block)
  const last = cutter.finish()
  if (last !== undefined) yield last
}
