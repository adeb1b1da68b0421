import { CHUNK_HIGH_WATER_MARK } from '../core/index.js'
import type { LinePlace } from '../wire/index.js'
import { ChunkBuilder } from './chunk-builder.js'
import { ChunkEntry } from './chunk-entry.js'
import type { EntryChunk } from './entry-chunk.js'
import { createObjectTransform, type ObjectTransform } from './object-transform.js'
import { transformError } from './transform-error.js'

/** Tells whether an entry stays; `context` says where its line is. */
export type EntryPredicate = (entry: ChunkEntry, context: LinePlace) => boolean

/**
 * Makes a Transform that leaves out entries. Those that stay leave as the bytes that came; blank lines
 * are left out, and so are chunks in which nothing stays.
 *
 * @returns chunks in, chunks out; emits {@link DumpLineError} for a line that the predicate looked
 *   into and that is no entry, {@link TransformError} for what the predicate throws
 */
export function filterEntries(predicate: EntryPredicate): ObjectTransform<EntryChunk, EntryChunk> {
  return createObjectTransform(
    (chunk: EntryChunk) => {
      const rest = filterChunk(chunk, predicate)
      return rest === undefined ? [] : [rest]
    },
    { highWaterMark: CHUNK_HIGH_WATER_MARK },
  )
}

/** {@link filterEntries} for one chunk; undefined when nothing stays. */
export function filterChunk(chunk: EntryChunk, predicate: EntryPredicate): EntryChunk | undefined {
  const builder = new ChunkBuilder(chunk)
  for (let index = 0; index < chunk.lineCount; index += 1) {
    if (chunk.isBlank(index)) continue
    const entry = new ChunkEntry(chunk, index)
    try {
      if (predicate(entry, entry)) builder.keep(index)
    } catch (error) {
      throw transformError(error, chunk.place(index))
    }
  }
  return builder.build()
}
