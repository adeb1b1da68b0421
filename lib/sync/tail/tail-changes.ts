import { Observable, Subject } from 'rxjs'
import type { LogPosition, Source } from '../../replica/index.js'
import type { TransformRunner } from '../../streams/index.js'
import { ChangeTransformer } from './change-transformer.js'
import type { CheckpointStore } from './checkpoint-store.js'
import { failOnAbort } from './fail-on-abort.js'
import { followTail } from './follow-tail.js'
import type { GroupOptions } from './group-options.js'
import { groupTransactions } from './group-transactions.js'
import { LoggedDefinitions } from './logged-definitions.js'
import { PositionSaver } from './position-saver.js'
import { resumeOnError, type ResumeOptions } from './resume-on-error.js'
import type { ChangeEvent } from './tail-item.js'
import type { TailOptions } from './tail-options.js'
import { readTailTimes } from './tail-times.js'
import { toAsyncIterable } from './to-async-iterable.js'
import { transformChanges } from './transform-changes.js'
import { toChangeEvents, type ChangeEventOptions } from './to-change-events.js'

/** What {@link tailChanges} gives. */
export interface TailChangesOptions
  extends
    TailOptions,
    Omit<GroupOptions, 'after'>,
    Pick<ChangeEventOptions, 'before' | 'beforeBytesMax'> {
  /**
   * Loaded at the first step; its position wins over `from`. An event counts as dealt with when the
   * next one is asked for: its position is saved then, in the background.
   */
  readonly checkpoint?: CheckpointStore | undefined
  /** How errors are got over. */
  readonly resume?: ResumeOptions | undefined
  /**
   * Transforms documents that are put, and what collections are called: none or several events come
   * of one then, without `before`. Whoever made it closes it.
   */
  readonly transform?: TransformRunner | undefined
}

/**
 * Gives the committed changes of a source to a `for await` loop, for ever or, with `follow: false`, to
 * the end of the log: {@link followTail}, `resumeOnError`, `groupTransactions` and `toChangeEvents`
 * in one. A slow loop slows the tail.
 *
 * With a checkpoint every change is delivered at least once, whatever crashes: the event in hand when
 * a loop is left comes again, since nobody can tell whether it was dealt with. Leaving the loop waits
 * until what was dealt with is saved. Events in hand are valid until the next one is asked for.
 *
 * @throws RangeError at the call when the source has no log or an option is out of range
 */
export function tailChanges(
  source: Source,
  options: TailChangesOptions,
): AsyncIterable<ChangeEvent> {
  // Misuse is told at the call, not at the first step.
  changesOf(source, options, options.from, () => undefined)
  readTailTimes(options)
  return { [Symbol.asyncIterator]: () => new ChangeIterator(source, options) }
}

function changesOf(
  source: Source,
  options: TailChangesOptions,
  from: TailOptions['from'],
  onPosition: (position: LogPosition) => void,
): Observable<ChangeEvent> {
  const { scheduler, onNotice, checkpoint, keepsLog = checkpoint !== undefined } = options
  const { transform } = options
  const after = typeof from === 'object' ? from : undefined
  return followTail(source, { ...options, from, keepsLog }).pipe(
    resumeOnError({ scheduler, onNotice, ...options.resume }),
    // To the tail an abort is a failure like others, which may be got over.
    failOnAbort(options.signal),
    groupTransactions({ ...options, after }),
    transform === undefined
      ? toChangeEvents({ ...options, onPosition })
      : transformChanges(() => openTransformer(source, transform, options), { onPosition }),
  )
}

async function openTransformer(
  source: Source,
  transform: TransformRunner,
  { isGlobal = false, signal }: TailOptions,
): Promise<ChangeTransformer> {
  return new ChangeTransformer(
    transform,
    await LoggedDefinitions.read(source, isGlobal, { signal }),
  )
}

/**
 * Hands events over and saves what is dealt with. No async generator: one that waits for an event
 * could not be closed before the event has come.
 */
class ChangeIterator implements AsyncIterator<ChangeEvent, undefined> {
  readonly #source: Source
  readonly #options: TailChangesOptions
  readonly #saver: PositionSaver | undefined
  /** Fails the tail when a position cannot be saved. */
  readonly #failure$ = new Subject<never>()
  /** What was handed over and not followed by the call for more. */
  #inHand: ChangeEvent[] = []
  #events: Promise<AsyncIterator<ChangeEvent>> | undefined
  #isClosed = false

  constructor(source: Source, options: TailChangesOptions) {
    this.#source = source
    this.#options = options
    const { checkpoint, scheduler } = options
    this.#saver =
      checkpoint &&
      new PositionSaver(checkpoint, { scheduler }, (error) => {
        this.#failure$.error(error)
      })
  }

  async next(): Promise<IteratorResult<ChangeEvent, undefined>> {
    for (const { position } of this.#inHand.splice(0)) this.#note(position)
    this.#events ??= this.#open()
    const events = await this.#events
    const result = await events.next()
    if (result.done === true) {
      await this.#finish()
      return { done: true, value: undefined }
    }
    this.#inHand.push(result.value)
    return result
  }

  async return(): Promise<IteratorResult<ChangeEvent, undefined>> {
    this.#isClosed = true
    const events = await this.#events?.catch(() => undefined)
    await events?.return?.()
    await this.#finish()
    return { done: true, value: undefined }
  }

  async #open(): Promise<AsyncIterator<ChangeEvent>> {
    const from = (await this.#options.checkpoint?.load()) ?? this.#options.from
    const event$ = changesOf(this.#source, this.#options, from, (position) => {
      this.#note(position)
    })
    const failing$ = new Observable<ChangeEvent>((subscriber) => {
      subscriber.add(this.#failure$.subscribe(subscriber))
      subscriber.add(event$.subscribe(subscriber))
    })
    const iterator = toAsyncIterable(failing$)[Symbol.asyncIterator]()
    if (this.#isClosed) await iterator.return?.()
    return iterator
  }

  #note(position: LogPosition | undefined): void {
    if (position !== undefined) this.#saver?.note(position)
  }

  /** Waits until everything that was dealt with is saved. */
  async #finish(): Promise<void> {
    const saver = this.#saver
    if (saver === undefined) return
    await new Promise<void>((resolve, reject) => {
      this.#failure$.subscribe({ error: reject })
      saver.finish(resolve)
    })
  }
}
