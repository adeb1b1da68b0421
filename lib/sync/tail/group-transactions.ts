import { defer, finalize, mergeMap, Observable, type OperatorFunction } from 'rxjs'
import type { GroupOptions } from './group-options.js'
import type { TailChunk, TailGroup } from './tail-item.js'
import { TransactionGrouper } from './transaction-grouper.js'

/**
 * Puts the markers of a tail together: each committed transaction is one group, emitted at its commit,
 * so groups come in the order of commits; markers that stand alone are groups of those that came
 * together. Aborted transactions are dropped, and so are those still open at the end of the tail.
 *
 * Where the log is read on without a group to show for it, a group without markers carries the
 * position. Lines of large transactions lie in a temporary file until the group is let go.
 *
 * Errors: MarkerLineError, UnknownMarkerError, {@link TailError} `ERR_TRANSACTION_UNKNOWN` and
 * `ERR_TRANSACTIONS_OPEN`, SpillError; what ended before them is emitted before them.
 *
 * @throws RangeError at the call when a limit is not a positive integer
 */
export function groupTransactions(
  options: GroupOptions = {},
): OperatorFunction<TailChunk, TailGroup> {
  // Misuse is told at once, not to the first subscriber.
  new TransactionGrouper(options).close()
  return (chunk$) =>
    defer(() => {
      const grouper = new TransactionGrouper(options)
      return chunk$.pipe(
        mergeMap((chunk) => emitGroups(grouper, chunk)),
        finalize(() => {
          grouper.close()
        }),
      )
    })
}

/** Emits what a chunk ends, synchronously, and lets the chunk go where nobody holds a group. */
function emitGroups(grouper: TransactionGrouper, chunk: TailChunk): Observable<TailGroup> {
  return new Observable((subscriber) => {
    const release = chunk.hold()
    try {
      for (const group of grouper.push(chunk)) {
        subscriber.next(group)
        group.emitted()
        if (subscriber.closed) return
      }
      subscriber.complete()
    } catch (error) {
      subscriber.error(error)
    } finally {
      release()
    }
  })
}
