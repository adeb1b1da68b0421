import { Observable, type OperatorFunction, type Subscriber } from 'rxjs'
import type { ApplyGroupsResult, FollowTarget, LogPosition } from '../../replica/index.js'
import type { TailGroup, TailLeader } from '../tail/tail-item.js'
import { NO_GROUPS_APPLIED } from './follow-event.js'

/** Bytes of markers after which a transaction of the target ends; one group may be more. */
const APPLY_BYTES = 1024 * 1024
/** How often a position is saved behind which nothing was for the target. */
const IDLE_SAVE_MS = 10_000

/** How {@link applyTo} writes. */
export interface ApplyToOptions {
  /** Bytes of markers after which a transaction of the target ends. Default: 1 MiB. */
  readonly batchBytes?: number | undefined
  /** Changes a position before it is saved. */
  readonly toPosition?: ((position: LogPosition) => LogPosition) | undefined
  /** Saves the first position at once, also one behind which nothing was for the target. Default: false. */
  readonly savesFirst?: boolean | undefined
  /** Milliseconds since some moment. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Groups are in the target, and the position behind them too. */
export interface AppliedGroups {
  readonly position: LogPosition
  readonly result: ApplyGroupsResult
  readonly leader: TailLeader
  /** Nothing was left behind these groups when the leader answered. */
  readonly isLevel: boolean
}

/**
 * Applies groups to a target in order, each call all that have come by then, within bounds: nothing
 * waits for more to come, and a target that is slow gets larger calls. Groups are held until they
 * are in the target.
 *
 * Groups without markers only move the position. It is saved now and then, so that a leader which
 * keeps its log no further back than needed does not leave this follower behind a gap.
 *
 * An error of the source is passed on once the call under way has ended; groups that still wait are
 * given up, as they come again from the saved position.
 *
 * @throws FollowError as an error of the Observable, when a marker cannot be applied
 */
export function applyTo(
  target: Pick<FollowTarget, 'apply'>,
  options: ApplyToOptions = {},
): OperatorFunction<TailGroup, AppliedGroups> {
  return (groups$) =>
    new Observable((subscriber) => {
      const applier = new GroupApplier(target, options, subscriber)
      const subscription = groups$.subscribe({
        next: (group) => {
          applier.take(group)
        },
        error: (error: unknown) => {
          applier.end({ error })
        },
        complete: () => {
          applier.end(undefined)
        },
      })
      return () => {
        subscription.unsubscribe()
        applier.giveUp()
      }
    })
}

interface HeldGroup {
  readonly group: TailGroup
  readonly release: () => void
}

class GroupApplier {
  readonly #target: Pick<FollowTarget, 'apply'>
  readonly #batchBytes: number
  readonly #toPosition: (position: LogPosition) => LogPosition
  readonly #now: () => number
  readonly #subscriber: Subscriber<AppliedGroups>
  #waiting: HeldGroup[] = []
  /** Set while somebody works through the waiting ones. */
  #isAtWork = false
  #end: { readonly failure: { readonly error: unknown } | undefined } | undefined
  /** Moved on without a marker, and not saved. */
  #unsaved: LogPosition | undefined
  #savedMs: number

  constructor(
    target: Pick<FollowTarget, 'apply'>,
    {
      batchBytes = APPLY_BYTES,
      toPosition = (position) => position,
      savesFirst = false,
      now = Date.now,
    }: ApplyToOptions,
    subscriber: Subscriber<AppliedGroups>,
  ) {
    this.#target = target
    this.#batchBytes = batchBytes
    this.#toPosition = toPosition
    this.#now = now
    this.#savedMs = savesFirst ? -Infinity : now()
    this.#subscriber = subscriber
  }

  take(group: TailGroup): void {
    this.#waiting.push({ group, release: group.hold() })
    this.#wake()
  }

  /** @param failure - of the source; undefined when it has completed */
  end(failure: { readonly error: unknown } | undefined): void {
    this.#end = { failure }
    if (failure !== undefined) this.giveUp()
    this.#wake()
  }

  giveUp(): void {
    for (const { release } of this.#waiting.splice(0)) release()
  }

  #wake(): void {
    if (this.#isAtWork) return
    this.#isAtWork = true
    this.#work().catch((error: unknown) => {
      this.giveUp()
      this.#subscriber.error(error)
    })
  }

  async #work(): Promise<void> {
    // The groups of one chunk come one right after the other.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#apply(this.#takeBatch())
    if (this.#end === undefined || this.#subscriber.closed) {
      // Right here, since the next group may come before whoever waits for this promise is told.
      this.#isAtWork = false
      return
    }
    await this.#save()
    const { failure } = this.#end
    if (failure === undefined) this.#subscriber.complete()
    else this.#subscriber.error(failure.error)
  }

  #takeBatch(): HeldGroup[] {
    let bytes = 0
    const fits = this.#waiting.findIndex(({ group }) => (bytes += group.bytes) > this.#batchBytes)
    return this.#waiting.splice(0, fits === -1 ? this.#waiting.length : Math.max(1, fits))
  }

  async #apply(batch: readonly HeldGroup[]): Promise<void> {
    const groups = batch.map(({ group }) => group)
    const last = groups.at(-1)
    if (last === undefined) return
    const position = this.#toPosition(last.position)
    const changes = groups.filter(({ markerCount }) => markerCount > 0)
    let result = NO_GROUPS_APPLIED
    try {
      if (changes.length > 0) {
        result = await this.#target.apply(changes, position)
        this.#noteSaved()
      } else {
        this.#unsaved = position
        if (this.#now() - this.#savedMs >= IDLE_SAVE_MS) await this.#save()
      }
    } finally {
      for (const { release } of batch) release()
    }
    const isLevel = last.leader.isLevel && this.#waiting.length === 0
    this.#subscriber.next({ position, result, leader: last.leader, isLevel })
  }

  async #save(): Promise<void> {
    if (this.#unsaved === undefined) return
    await this.#target.apply([], this.#unsaved)
    this.#noteSaved()
  }

  #noteSaved(): void {
    this.#unsaved = undefined
    this.#savedMs = this.#now()
  }
}
