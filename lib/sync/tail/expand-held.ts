import { Observable, type Observer, type OperatorFunction } from 'rxjs'
import type { TailItem } from './tail-item.js'

/** An item that knows whether somebody holds it. */
interface HeldItem extends TailItem {
  readonly isHeld: boolean
}

/**
 * Expands each item into others, one at a time: while one of them is held, the next is not made. So
 * one item may become any number of others, however slow who takes them is. The item is held until
 * all that came of it were let go; errors of the source come after the items before them.
 *
 * @param expand - makes the items; they are to call `onFree` when nobody holds them any more
 */
export function expandHeld<Item extends TailItem, Part extends HeldItem>(
  expand: (item: Item, onFree: () => void) => Iterator<Part, void, undefined>,
): OperatorFunction<Item, Part> {
  return (item$) =>
    new Observable((subscriber) => {
      const expansion = new Expansion(subscriber, expand)
      const subscription = item$.subscribe({
        next: (item) => {
          // A source that does not ask whether anybody listens may go on for a while.
          if (!subscriber.closed) expansion.take(item)
        },
        error: (error: unknown) => {
          expansion.end(() => {
            subscriber.error(error)
          })
        },
        complete: () => {
          expansion.end(() => {
            subscriber.complete()
          })
        },
      })
      return () => {
        subscription.unsubscribe()
        expansion.close()
      }
    })
}

interface Waiting<Item> {
  readonly item: Item
  readonly release: () => void
}

class Expansion<Item extends TailItem, Part extends HeldItem> {
  readonly #subscriber: Pick<Observer<Part>, 'next' | 'error'>
  readonly #expand: (item: Item, onFree: () => void) => Iterator<Part, void, undefined>
  readonly #waiting: Waiting<Item>[] = []
  #parts: Iterator<Part, void, undefined> | undefined
  #last: Part | undefined
  #end: (() => void) | undefined
  #isBusy = false
  #isClosed = false

  constructor(
    subscriber: Pick<Observer<Part>, 'next' | 'error'>,
    expand: (item: Item, onFree: () => void) => Iterator<Part, void, undefined>,
  ) {
    this.#subscriber = subscriber
    this.#expand = expand
  }

  take(item: Item): void {
    this.#waiting.push({ item, release: item.hold() })
    this.#goOn()
  }

  /** Nothing more comes; `end` is called when all that came was let go. */
  end(end: () => void): void {
    this.#end = end
    this.#goOn()
  }

  close(): void {
    this.#isClosed = true
    this.#parts = undefined
    for (const { release } of this.#waiting.splice(0)) release()
  }

  readonly #goOn = (): void => {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      while (!this.#isClosed && this.#last?.isHeld !== true) {
        this.#last = this.#next()
        if (this.#last === undefined) {
          if (this.#waiting.length === 0) this.#end?.()
          break
        }
        this.#subscriber.next(this.#last)
      }
    } catch (error) {
      this.#subscriber.error(error)
    } finally {
      this.#isBusy = false
    }
  }

  /** The next part, of the next item that has one. */
  #next(): Part | undefined {
    for (;;) {
      const current = this.#waiting[0]
      if (current === undefined) return undefined
      this.#parts ??= this.#expand(current.item, this.#goOn)
      const { done, value } = this.#parts.next()
      if (done !== true) return value
      this.#parts = undefined
      this.#waiting.shift()
      current.release()
    }
  }
}
