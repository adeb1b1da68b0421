/**
 * Directories of arangodump as a replica to read from.
 *
 * @packageDocumentation
 */
export * from './directory-error.js'
export * from './list-directory.js'
export * from './open-directory.js'
