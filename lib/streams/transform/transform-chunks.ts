import type { EntryChunk } from '../entry-chunk.js'
import type { CollectionInfo } from './document-transform.js'
import type { TransformedChunk, TransformRunner } from './transform-runner.js'

/**
 * Sends the chunks of one collection through a runner, in order, as many at one time as it wants, so
 * that its threads have work. What is done is given at once, without waiting for further chunks.
 *
 * @throws what the source or the runner throws; chunks before it are given first
 */
export async function* transformChunks(
  chunks: AsyncIterable<EntryChunk>,
  runner: TransformRunner,
  collection: CollectionInfo | undefined,
): AsyncGenerator<TransformedChunk> {
  const source = chunks[Symbol.asyncIterator]()
  const underWay: Promise<TransformedChunk>[] = []
  let isOver = false
  let next: Promise<IteratorResult<EntryChunk, unknown>> | undefined
  try {
    for (;;) {
      const hasRoom = !isOver && underWay.length < runner.chunksInFlight
      if (hasRoom) next ??= quiet(source.next())
      const [first] = underWay
      if (next === undefined && first === undefined) return
      if (await isFirstDone(first, next)) {
        yield await (underWay.shift() as Promise<TransformedChunk>)
        continue
      }
      const step = (await next) as IteratorResult<EntryChunk, unknown>
      next = undefined
      if (step.done === true) isOver = true
      else underWay.push(quiet(runner.transform(step.value, collection)))
    }
  } finally {
    if (!isOver) await source.return?.()
  }
}

/** Waits for either; tells whether the chunk under way has settled rather than the next one come. */
async function isFirstDone(
  first: Promise<unknown> | undefined,
  next: Promise<unknown> | undefined,
): Promise<boolean> {
  if (first === undefined) return false
  const settled = first.then(
    () => true,
    () => true,
  )
  if (next === undefined) return settled
  return Promise.race([settled, next.then(...NOT_DONE)])
}

const notDone = (): boolean => false
const NOT_DONE = [notDone, notDone] as const

/** It is awaited later; until then nobody hears of its failure. */
function quiet<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined)
  return promise
}
