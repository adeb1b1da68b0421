import { Observable, type OperatorFunction, type Subscriber } from 'rxjs'
import type { LogPosition } from '../../replica/index.js'
import type { ChangeTransformer } from './change-transformer.js'
import { inTurn } from './in-turn.js'
import type { ChangeEvent, TailGroup } from './tail-item.js'
import { changeEventsOf, type ChangeEventOptions } from './to-change-events.js'
import type { TransformedChange } from './transformed-change.js'

/**
 * Makes events of changes as `toChangeEvents` does, with their documents transformed, and the next one
 * when nobody holds the last any more. Of several events that came of one change the second has the id
 * `SERVERID-TICK.2`; only the last of them has a position. Events have no `before`.
 *
 * Errors: TransformError, and those of `toChangeEvents`.
 *
 * @param getTransformer - called once, at the first group
 */
export function transformChanges(
  getTransformer: () => ChangeTransformer | Promise<ChangeTransformer>,
  options: Pick<ChangeEventOptions, 'unknownTypes' | 'onPosition'> = {},
): OperatorFunction<TailGroup, ChangeEvent> {
  return (group$) =>
    new Observable((subscriber) => {
      let transformer: Promise<ChangeTransformer> | undefined
      const work = async (group: TailGroup): Promise<void> => {
        transformer ??= Promise.resolve(getTransformer())
        const events = changeEventsOf(group, options)
        let last: LogPosition | undefined
        for await (const changes of (await transformer).transform(events)) {
          for (const change of changes) {
            if (subscriber.closed) return
            await emit(change, subscriber)
            last = change.position
          }
        }
        // Nobody was told where the group ends: its last change was dropped.
        if (last !== group.position) options.onPosition?.(group.position)
      }
      subscriber.add(
        group$.pipe(inTurn(work)).subscribe({
          error: (error: unknown) => {
            subscriber.error(error)
          },
          complete: () => {
            subscriber.complete()
          },
        }),
      )
    })
}

/** Resolves when nobody holds the event any more. */
function emit(change: TransformedChange, subscriber: Subscriber<ChangeEvent>): Promise<void> {
  return new Promise((resolve) => {
    change.onFree = resolve
    const release = change.hold()
    subscriber.next(change)
    release()
  })
}
