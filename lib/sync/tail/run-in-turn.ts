import type { Observable } from 'rxjs'
import { runToEnd } from '../run-to-end.js'
import type { CheckpointStore } from './checkpoint-store.js'
import { checkpointTo, type PositionedItem } from './checkpoint-to.js'
import { inTurn } from './in-turn.js'
import type { CheckpointOptions } from './position-saver.js'

/** How {@link runInTurn} works. */
export interface RunInTurnOptions<Item> extends CheckpointOptions {
  /** Deals with one item; the next one is read when it resolves. */
  readonly work: (item: Item) => Promise<void>
  /** Keeps how far it came. Default: nobody does. */
  readonly checkpoint?: Pick<CheckpointStore, 'save'> | undefined
}

/**
 * Deals with the items of a tail one after the other, and resolves when the tail completes. What is
 * dealt with is saved by then, or by the time that it rejects.
 *
 * @throws what the tail, the work or a save fails with
 */
export async function runInTurn<Item extends PositionedItem>(
  item$: Observable<Item>,
  { work, checkpoint, ...options }: RunInTurnOptions<Item>,
): Promise<void> {
  const done$ = item$.pipe(inTurn(work))
  await runToEnd(checkpoint === undefined ? done$ : done$.pipe(checkpointTo(checkpoint, options)))
}
