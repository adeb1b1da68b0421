/**
 * Moves ArangoDB data as streams: replicas, the pipelines between them, and a leader.
 *
 * @packageDocumentation
 */
export * from './core/index.js'
export * from './values/index.js'
export * from './wire/index.js'
export * from './pool/index.js'
export * from './streams/index.js'
export * from './merkle/index.js'
export * from './replica/index.js'
export * from './store/index.js'
export * from './remote/index.js'
export * from './directory/index.js'
export * from './sync/index.js'
export * from './server/index.js'
