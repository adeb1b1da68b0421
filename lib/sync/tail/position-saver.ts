import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs'
import type { LogPosition } from '../../replica/index.js'
import type { CheckpointStore } from './checkpoint-store.js'

/** When positions are saved. */
export interface CheckpointOptions {
  /** Milliseconds between the end of a save and the next one. Default: 0. */
  readonly everyMs?: number | undefined
  /** Keeps time. Default: RxJS's `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined
}

/** Saves one position at a time; those that come meanwhile give way to the newest. */
export class PositionSaver {
  readonly #store: Pick<CheckpointStore, 'save'>
  readonly #everyMs: number
  readonly #scheduler: SchedulerLike
  readonly #onError: (error: unknown) => void
  #newest: LogPosition | undefined
  #isSaving = false
  /** No save is to begin any more. */
  #isStopped = false
  /** The pause between two saves. */
  #pause: Subscription | undefined
  /** Whom to call back when all is saved; there may be several. */
  #onSaved: (() => void)[] | undefined

  /**
   * @param onError - called with what saving fails with; nothing is saved afterwards
   * @throws RangeError when `everyMs` is out of range
   */
  constructor(
    store: Pick<CheckpointStore, 'save'>,
    { everyMs = 0, scheduler = asyncScheduler }: CheckpointOptions,
    onError: (error: unknown) => void,
  ) {
    if (!Number.isSafeInteger(everyMs) || everyMs < 0) {
      throw new RangeError('Cannot save checkpoints: everyMs must be a whole number of 0 or more')
    }
    this.#store = store
    this.#everyMs = everyMs
    this.#scheduler = scheduler
    this.#onError = onError
  }

  /** Saves a position when it is time to. */
  note(position: LogPosition): void {
    this.#newest = position
    if (this.#pause === undefined) this.#save()
  }

  /** Saves what there is to save without a pause, and calls back when all is saved. */
  finish(onSaved: () => void): void {
    this.#onSaved ??= []
    this.#onSaved.push(onSaved)
    this.#endPause()
    this.#save()
  }

  /** Begins no save any more; one under way is not called back. */
  stop(): void {
    this.#isStopped = true
    this.#endPause()
  }

  #endPause(): void {
    this.#pause?.unsubscribe()
    this.#pause = undefined
  }

  #save(): void {
    if (this.#isSaving || this.#isStopped) return
    const position = this.#newest
    if (position === undefined) {
      for (const onSaved of this.#onSaved?.splice(0) ?? []) onSaved()
      return
    }
    this.#newest = undefined
    this.#isSaving = true
    this.#saveNow(position).then(
      () => {
        this.#isSaving = false
        this.#afterSave()
      },
      (error: unknown) => {
        this.stop()
        this.#onError(error)
      },
    )
  }

  /** What a store throws at the call is a failed save too. */
  async #saveNow(position: LogPosition): Promise<void> {
    await this.#store.save(position)
  }

  #afterSave(): void {
    if (this.#isStopped) return
    if (this.#everyMs === 0 || this.#onSaved !== undefined) {
      this.#save()
      return
    }
    this.#pause = this.#scheduler.schedule(() => {
      this.#pause = undefined
      this.#save()
    }, this.#everyMs)
  }
}
