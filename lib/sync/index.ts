/**
 * Pipelines between replicas, as Observables of what happens: copying a database, making a copy equal
 * again by what differs, summing one up, building its revision trees.
 *
 * @packageDocumentation
 */
export * from './checksum-source.js'
export * from './full-sync.js'
export * from './incremental-sync.js'
export * from './plan-incremental.js'
export * from './repair-totals.js'
export * from './select-collections.js'
export * from './sync.js'
export * from './sync-event.js'
export * from './tree-source.js'
export * from './trees-differ-error.js'
export * from './unfinished-copy-error.js'
export * from './unknown-collection-error.js'
export * from './run-to-end.js'
export * from './run-full-sync.js'
export { MORE_PATHS, PATHS_MAX } from './diff/compare-paths.js'
export * from './diff/diff-error.js'
export * from './diff/diff-event.js'
export * from './diff/diff-options.js'
export * from './diff/diff-replicas.js'
export * from './diff/difference.js'
export { formatPath } from './diff/path-notation.js'
export * from './diff/run-diff.js'
