import { Observable, type Subscriber } from 'rxjs'
import type { LogPosition } from '../../../../lib/replica/index.js'
import type { TailItem } from '../../../../lib/sync/tail/tail-item.js'
import { tick } from '../../../../lib/values/index.js'

/** An item with a name, that knows by how many it is held. */
export interface NamedItem extends TailItem {
  readonly name: string
  readonly position: LogPosition | undefined
}

/** A position at a tick. */
function positionAt(at: bigint): LogPosition {
  const openTransactions: LogPosition['openTransactions'] = []
  return {
    serverId: '17',
    database: 'shop',
    tick: tick(at),
    resumeTick: tick(at),
    openTransactions,
  }
}

/** Emits items by hand, and counts holds. */
export class ItemSource {
  /** Names of items that are held, once for each hold. */
  readonly held: string[] = []
  /** Subscriptions, and those that have ended by the subscriber's leaving or otherwise. */
  subscribed = 0
  ended = 0
  readonly item$: Observable<NamedItem>
  #subscriber: Subscriber<NamedItem> | undefined

  constructor() {
    this.item$ = new Observable((subscriber) => {
      this.subscribed += 1
      this.#subscriber = subscriber
      return () => {
        this.ended += 1
      }
    })
  }

  emit(name: string, at?: bigint): void {
    this.#subscriber?.next(this.make(name, at))
  }

  make(name: string, at?: bigint): NamedItem {
    const hold = (): (() => void) => {
      this.held.push(name)
      let isHeld = true
      return () => {
        if (isHeld) this.held.splice(this.held.indexOf(name), 1)
        isHeld = false
      }
    }
    return { name, hold, position: at === undefined ? undefined : positionAt(at) }
  }

  complete(): void {
    this.#subscriber?.complete()
  }

  fail(error: Error): void {
    this.#subscriber?.error(error)
  }
}

/** Lets promises that are settled be seen. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
