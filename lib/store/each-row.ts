/**
 * Goes through a range of rows, whose codecs put what they read where `visit` finds it.
 *
 * @param visit - returns false to end early
 */
export function eachRow(rows: Iterable<unknown>, visit: (row: unknown) => boolean): void {
  const iterator = rows[Symbol.iterator]()
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
    if (visit(next.value)) continue
    iterator.return?.()
    return
  }
}
