/**
 * Streams of dump lines: chunks of whole lines, and Transforms over them.
 *
 * @packageDocumentation
 */
export * from './entry-chunk.js'
export * from './observe-pull.js'
export * from './using-resource.js'
