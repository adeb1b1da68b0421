/**
 * Following the write-ahead log of a leader, as Observables. {@link followTail} reads it,
 * {@link resumeOnError} takes it up again, {@link groupTransactions} puts transactions together,
 * {@link inTurn} deals with one item after the other while the tail waits, {@link checkpointTo} saves
 * how far that has come, and {@link toAsyncIterable} gives the items to a loop.
 * {@link tailChanges} and {@link createTailStream} are all of that in one.
 *
 * @packageDocumentation
 */
export * from './change-transformer.js'
export * from './checkpoint-error.js'
export * from './checkpoint-store.js'
export * from './checkpoint-to.js'
export * from './chunk-positions.js'
export * from './create-tail-stream.js'
export * from './fail-on-abort.js'
export * from './file-checkpoint.js'
export * from './filters.js'
export * from './follow-tail.js'
export * from './group-options.js'
export * from './group-transactions.js'
export * from './in-turn.js'
export * from './local-copy.js'
export * from './logged-definitions.js'
export { type CheckpointOptions } from './position-saver.js'
export * from './resume-on-error.js'
export * from './run-in-turn.js'
export * from './spill-error.js'
export * from './tail-changes.js'
export * from './tail-error.js'
export * from './tail-item.js'
export * from './tail-options.js'
export * from './to-async-iterable.js'
export * from './to-change-events.js'
export * from './transform-changes.js'
export { type TransformedChange } from './transformed-change.js'
