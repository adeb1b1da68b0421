import type { Observable, Subscription } from 'rxjs'
import type { TailItem } from './tail-item.js'

/**
 * Gives the items of a tail to a `for await` loop. Each is held until the next one is asked for, so
 * a slow loop slows the tail; what waits here came with one chunk of the log.
 *
 * Each loop subscribes for itself, at its first step. Leaving it unsubscribes.
 */
export function toAsyncIterable<Item extends TailItem>(
  item$: Observable<Item>,
): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: () => new ItemIterator(item$) }
}

interface HeldItem<Item> {
  readonly item: Item
  readonly release: () => void
}

type End = { readonly error: unknown } | 'complete'
type Result<Item> = IteratorResult<Item, undefined>

/** Hands held items over, one for each call of `next`. */
class ItemIterator<Item extends TailItem> implements AsyncIterator<Item, undefined> {
  readonly #item$: Observable<Item>
  #subscription: Subscription | undefined
  readonly #queue: HeldItem<Item>[] = []
  /** Calls of `next` that wait. */
  readonly #calls: { resolve: (result: Result<Item>) => void; reject: (error: unknown) => void }[] =
    []
  #current: HeldItem<Item> | undefined
  #end: End | undefined

  constructor(item$: Observable<Item>) {
    this.#item$ = item$
  }

  next(): Promise<Result<Item>> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ resolve, reject })
      this.#letGo()
      this.#subscribe()
      this.#serve()
    })
  }

  return(): Promise<Result<Item>> {
    this.#end = 'complete'
    this.#subscription?.unsubscribe()
    this.#letGo()
    for (const { release } of this.#queue.splice(0)) release()
    this.#serve()
    return Promise.resolve({ done: true, value: undefined })
  }

  #subscribe(): void {
    if (this.#subscription !== undefined || this.#end !== undefined) return
    this.#subscription = this.#item$.subscribe({
      next: (item) => {
        this.#queue.push({ item, release: item.hold() })
        this.#serve()
      },
      error: (error: unknown) => {
        this.#end = { error }
        this.#serve()
      },
      complete: () => {
        this.#end = 'complete'
        this.#serve()
      },
    })
  }

  #letGo(): void {
    const current = this.#current
    this.#current = undefined
    current?.release()
  }

  #serve(): void {
    for (;;) {
      const [call] = this.#calls
      if (call === undefined || (this.#queue.length === 0 && this.#end === undefined)) return
      this.#calls.shift()
      const held = this.#queue.shift()
      if (held !== undefined) {
        this.#letGo()
        this.#current = held
        call.resolve({ done: false, value: held.item })
      } else if (this.#end === 'complete' || this.#end === undefined) {
        call.resolve({ done: true, value: undefined })
      } else {
        const { error } = this.#end
        this.#end = 'complete'
        call.reject(error)
      }
    }
  }
}
