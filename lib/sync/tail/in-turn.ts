import {
  from,
  Observable,
  type MonoTypeOperatorFunction,
  type ObservableInput,
  Subscription,
  type Subscriber,
} from 'rxjs'
import type { TailItem } from './tail-item.js'

/**
 * Does something with one item after the other, and emits each when it is done: as `concatMap`, but
 * the tail waits meanwhile. Put `checkpointTo` behind it, and a position is saved when everything up
 * to it has been dealt with. An error of the tail is passed on when the item in hand is done.
 *
 * @param project - what is done; its values are of no account, its end lets the next item begin
 */
export function inTurn<Item extends TailItem>(
  project: (item: Item) => ObservableInput<unknown>,
): MonoTypeOperatorFunction<Item> {
  return (item$) =>
    new Observable((subscriber) => {
      const turns = new Turns(project, subscriber)
      const source = new Subscription()
      subscriber.add(() => {
        // First: a source that is let go of goes on, as if what was held were dealt with.
        source.unsubscribe()
        turns.stop()
      })
      source.add(
        item$.subscribe({
          next: (item) => {
            turns.add(item)
          },
          error: (error: unknown) => {
            turns.fail(error)
          },
          complete: () => {
            turns.complete()
          },
        }),
      )
    })
}

/** Items that wait for their turn. Work that ends at once is done in a loop, without using up stack. */
class Turns<Item extends TailItem> {
  readonly #project: (item: Item) => ObservableInput<unknown>
  readonly #subscriber: Subscriber<Item>
  readonly #waiting: { readonly item: Item; readonly release: () => void }[] = []
  #work: Subscription | undefined
  #isBusy = false
  #isLooping = false
  #isComplete = false
  /** Of the source, while the item in hand is being dealt with. */
  #failure: { readonly error: unknown } | undefined

  constructor(project: (item: Item) => ObservableInput<unknown>, subscriber: Subscriber<Item>) {
    this.#project = project
    this.#subscriber = subscriber
  }

  add(item: Item): void {
    this.#waiting.push({ item, release: item.hold() })
    this.#loop()
  }

  complete(): void {
    this.#isComplete = true
    this.#loop()
  }

  /** The item in hand is still dealt with, so that it counts; those that wait are given up. */
  fail(error: unknown): void {
    this.#failure = { error }
    if (!this.#isBusy) {
      this.#subscriber.error(error)
      return
    }
    for (const { release } of this.#waiting.splice(1)) release()
  }

  /** Gives everything up. */
  stop(): void {
    this.#work?.unsubscribe()
    for (const { release } of this.#waiting.splice(0)) release()
  }

  #loop(): void {
    if (this.#isLooping) return
    this.#isLooping = true
    while (!this.#isBusy && !this.#subscriber.closed) {
      const [first] = this.#waiting
      if (first === undefined) break
      this.#isBusy = true
      this.#begin(first.item)
    }
    this.#isLooping = false
    if (this.#isComplete && !this.#isBusy && this.#waiting.length === 0) this.#subscriber.complete()
  }

  #begin(item: Item): void {
    const fail = (error: unknown): void => {
      this.#subscriber.error(this.#failure === undefined ? error : this.#failure.error)
    }
    try {
      const complete = (): void => {
        this.#end(item)
      }
      this.#work = from(this.#project(item)).subscribe({ error: fail, complete })
      // Who has left meanwhile could not end what had not begun.
      if (this.#subscriber.closed) this.#work.unsubscribe()
    } catch (error) {
      fail(error)
    }
  }

  #end(item: Item): void {
    this.#subscriber.next(item)
    this.#isBusy = false
    // Let go only now that whoever comes next has had the chance to hold the item.
    this.#waiting.shift()?.release()
    if (this.#failure === undefined) this.#loop()
    else this.#subscriber.error(this.#failure.error)
  }
}
