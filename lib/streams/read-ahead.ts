/**
 * Fetches the next items of a source while the consumer is busy with the one in hand. Never more
 * than one `next()` of the source is under way; order is kept, and an error comes after the items
 * before it.
 *
 * @param source - closed on early return, once the fetch under way has ended; abort the source to
 *   end that sooner
 * @param count - items that may be fetched or under way beyond the one in hand, at least 1
 * @throws RangeError at the call when `count` is not a positive integer
 */
export function readAhead<Item>(source: AsyncIterable<Item>, count = 1): AsyncGenerator<Item> {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError('Cannot read ahead: count must be a positive integer')
  }
  return fetchAhead(source, count)
}

async function* fetchAhead<Item>(source: AsyncIterable<Item>, count: number): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]()
  const fetched: Promise<IteratorResult<Item>>[] = []
  let last: Promise<IteratorResult<Item>> | undefined
  let isOpen = true

  const fetchNext = (): void => {
    last = last === undefined ? iterator.next() : last.then(nextUnlessDone)
    last.catch(() => {
      isOpen = false
    })
    fetched.push(last)
  }
  const nextUnlessDone = (
    before: IteratorResult<Item>,
  ): IteratorResult<Item> | Promise<IteratorResult<Item>> => {
    if (before.done !== true && isOpen) return iterator.next()
    return { done: true, value: undefined }
  }

  try {
    fetchNext()
    for (let next = fetched.shift(); next !== undefined; next = fetched.shift()) {
      const result = await next
      if (result.done === true) {
        isOpen = false
        return
      }
      while (fetched.length < count) fetchNext()
      yield result.value
    }
  } finally {
    if (isOpen) {
      isOpen = false
      await iterator.return?.()
    }
  }
}
