/**
 * Functions that change documents, for pipes, dumps, copies and tails.
 *
 * @packageDocumentation
 */
export * from './document-transform.js'
export * from './transform-runner.js'
