/**
 * Goes through a range of rows, whose codecs put what they read where `visit` finds it.
 *
 * @param visit - returns false to end early
 */
export function eachRow(rows: Iterable<unknown>, visit: () => boolean): void {
  const iterator = rows[Symbol.iterator]()
  while (iterator.next().done !== true) {
    if (visit()) continue
    iterator.return?.()
    return
  }
}
