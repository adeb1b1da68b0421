/**
 * Streams of dump lines. What flows is the {@link EntryChunk}: one Buffer of whole lines, parsed
 * lazily, so that what nobody changes leaves as the bytes that came. {@link createChunker} or
 * {@link chunkLines} cut bytes into chunks, {@link filterEntries} and {@link mapEntries} work on
 * them, {@link formatChunks} makes bytes of them again. For people who want one object at a time
 * there are {@link splitLines}, {@link createDumpParser} and {@link createDumpFormatter}. Lines of
 * the write-ahead log come as {@link MarkerChunk}s, or one by one out of {@link createWalParser}. All
 * Transforms go with `pipeline()`, async generators, `Readable.from` and an `AbortSignal`.
 *
 * @packageDocumentation
 */
export * from './chunk-documents.js'
export * from './chunk-entry.js'
export * from './chunk-lines.js'
export * from './chunker.js'
export * from './dump-lines.js'
export * from './entry-chunk.js'
export * from './observable/observe-pull.js'
export * from './observable/using-resource.js'
export * from './exact-json.js'
export * from './filter-entries.js'
export * from './first-attributes.js'
export * from './format-chunks.js'
export * from './formats/index.js'
export * from './gather-lines.js'
export * from './join-chunks.js'
export * from './line-chunk.js'
export * from './line-cutter.js'
export * from './line-ranges.js'
export * from './line-too-long-error.js'
export * from './map-entries.js'
export * from './marker-chunk.js'
export * from './move-ids.js'
export * from './object-transform.js'
export * from './read-ahead.js'
export * from './split-lines.js'
export * from './transform/index.js'
export * from './transform-error.js'
export * from './wal-lines.js'
