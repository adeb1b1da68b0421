import { Observable, type MonoTypeOperatorFunction } from 'rxjs'
import type { LogPosition } from '../../replica/index.js'
import type { CheckpointStore } from './checkpoint-store.js'
import { PositionSaver, type CheckpointOptions } from './position-saver.js'
import type { TailItem } from './tail-item.js'

/** Something that may tell a position to save. */
export type PositionedItem = TailItem & { readonly position?: LogPosition | undefined }

/**
 * Saves the newest position of the items that pass: they count as dealt with, so this comes behind
 * whatever deals with them. Items are not held up. One save is under way at a time; positions that
 * pass meanwhile give way to the newest.
 *
 * The last position is saved before the Observable completes or fails. Unsubscribing begins no save:
 * what was not saved by then comes again when the tail is taken up from the checkpoint, so nothing is
 * lost. To end with everything saved, end the tail above (`takeUntil`) and wait for the completion.
 *
 * @returns fails with what saving fails with
 * @throws RangeError at the call when `everyMs` is out of range
 */
export function checkpointTo<Item extends PositionedItem>(
  store: Pick<CheckpointStore, 'save'>,
  options: CheckpointOptions = {},
): MonoTypeOperatorFunction<Item> {
  // Misuse is told at once, not to the first subscriber.
  new PositionSaver(store, options, () => undefined).stop()
  return (item$) =>
    new Observable((subscriber) => {
      const saver = new PositionSaver(store, options, (error) => {
        subscriber.error(error)
      })
      subscriber.add(() => {
        saver.stop()
      })
      subscriber.add(
        item$.subscribe({
          next: (item) => {
            subscriber.next(item)
            if (item.position !== undefined) saver.note(item.position)
          },
          error: (error: unknown) => {
            saver.finish(() => {
              subscriber.error(error)
            })
          },
          complete: () => {
            saver.finish(() => {
              subscriber.complete()
            })
          },
        }),
      )
    })
}
