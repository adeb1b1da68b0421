/**
 * Directories of arangodump as a replica to read from, and to write into.
 *
 * @packageDocumentation
 */
export * from './directory-error.js'
export * from './list-directory.js'
export {
  MANIFEST_FILE,
  readManifest,
  type DirectoryFormat,
  type FileDigest,
  type Manifest,
  type ManifestCollection,
} from './manifest.js'
export * from './open-directory.js'
export * from './write/directory-target.js'
export * from './verify/verify-directory.js'
export type * from './verify/verify-event.js'
export { type VerifyOptions } from './verify/verify-run.js'
export * from './write/directory-target-error.js'
export * from './write/open-directory-target.js'
export * from './write/open-directory-tree.js'
