/**
 * Streams of dump lines: chunks of whole lines, and Transforms over them.
 *
 * @packageDocumentation
 */
export * from './entry-chunk.js'
