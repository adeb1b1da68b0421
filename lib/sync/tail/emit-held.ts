import { Observable } from 'rxjs'
import { Holds } from './holds.js'

/**
 * Emits one item and completes when nobody holds it any more: at once where nobody does.
 *
 * @param make - makes the item; gets what its `hold` shall be, which throws a TypeError when
 *   everybody has let go of the item
 */
export function emitHeld<Item>(make: (hold: () => () => void) => Item): Observable<Item> {
  return new Observable((subscriber) => {
    let isFree = false
    const holds = new Holds(() => {
      isFree = true
      subscriber.complete()
    })
    const hold = (): (() => void) => {
      if (isFree) throw new TypeError('Cannot hold an item: nobody holds it, the tail has gone on')
      return holds.hold()
    }
    // The one who emits it is the first to hold it.
    const release = hold()
    subscriber.next(make(hold))
    release()
  })
}
