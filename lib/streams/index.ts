/**
 * Streams of dump lines: chunks of whole lines, and Transforms over them.
 *
 * @packageDocumentation
 */
export * from './chunk-lines.js'
export * from './chunker.js'
export * from './entry-chunk.js'
export * from './exact-json.js'
export * from './line-cutter.js'
export * from './line-too-long-error.js'
export * from './object-transform.js'
export * from './read-ahead.js'
