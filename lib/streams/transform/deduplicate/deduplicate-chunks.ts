import { ChunkBuilder } from '../../chunk-builder.js'
import type { EntryChunk } from '../../entry-chunk.js'
import { ChunkSpool } from './chunk-spool.js'
import { markLast, type LastLines } from './mark-last.js'

/** Keys that are held at one time unless told otherwise: some 80 MB. */
const KEYS_MAX = 2_000_000
/** Lines of which it is known at one time whether they stay: a bit each. */
const WINDOW_LINES_MAX = 1 << 27

/** How {@link deduplicateChunks} works. */
export interface DeduplicateOptions {
  /**
   * Keys that are held in memory at one time, some 40 bytes each; where there are more lines, what is
   * known of them is read several times. Default: 2,000,000.
   */
  readonly maxKeys?: number | undefined
  /** Where the temporary file is made, as large as the lines are. Default: that of the system. */
  readonly directory?: string | undefined
  /** Lines that are decided on at one time, a bit of memory each. Default: 134,217,728. */
  readonly maxWindowLines?: number | undefined
}

/**
 * Leaves out every entry after which another one of the same key comes: the last wins. Those that stay
 * are the bytes that came, in their order. All of the input is written to a temporary file first, since
 * only its end tells what stays; keys count by 128 bits of their SHA-256. A removal is an entry as any
 * other: the last one of a key stays as a removal.
 *
 * @param chunks - of one collection, in either form of lines; blank lines are left out
 * @throws DumpLineError for a line that is no entry; OutputFileError when the disk is full
 * @throws RangeError when an option is no positive whole number
 */
export async function* deduplicateChunks(
  chunks: AsyncIterable<EntryChunk> | Iterable<EntryChunk>,
  options: DeduplicateOptions = {},
): AsyncGenerator<EntryChunk> {
  const { maxKeys = KEYS_MAX, maxWindowLines = WINDOW_LINES_MAX, directory } = options
  for (const [name, value] of Object.entries({ maxKeys, maxWindowLines })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`Cannot deduplicate: "${name}" must be a positive whole number`)
    }
  }
  const spool = await ChunkSpool.create(directory)
  try {
    for await (const chunk of chunks) await spool.add(chunk)
    await spool.flush()
    yield* giveLast(spool, maxKeys, maxWindowLines)
  } finally {
    await spool.remove()
  }
}

async function* giveLast(
  spool: ChunkSpool,
  maxKeys: number,
  windowLines: number,
): AsyncGenerator<EntryChunk> {
  let ordinal = 0
  let window: LastLines = { first: 0, end: 0, isLast: () => false }
  for await (const chunk of spool.chunks()) {
    const builder = new ChunkBuilder(chunk)
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (chunk.isBlank(index)) continue
      if (ordinal === window.end) window = await markLast(spool, ordinal, { maxKeys, windowLines })
      if (window.isLast(ordinal)) builder.keep(index)
      ordinal += 1
    }
    const rest = builder.build()
    if (rest !== undefined) yield rest
  }
}
