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
  const source = new ChunkSource(chunks)
  const underWay: Promise<TransformedChunk>[] = []
  try {
    for (;;) {
      if (underWay.length < runner.chunksInFlight) source.ask()
      const [first] = underWay
      if (first === undefined && source.next === undefined) return
      if (await isFirstDone(first, source.next)) {
        yield await (underWay.shift() as Promise<TransformedChunk>)
        continue
      }
      const chunk = await source.take()
      if (chunk !== undefined) underWay.push(quiet(runner.transform(chunk, collection)))
    }
  } finally {
    await source.close()
  }
}

/** Asks for one chunk at a time, and remembers the question. */
class ChunkSource {
  /** The chunk that was asked for and not taken. */
  next: Promise<IteratorResult<EntryChunk, unknown>> | undefined
  readonly #chunks: AsyncIterator<EntryChunk, unknown>
  #isOver = false

  constructor(chunks: AsyncIterable<EntryChunk>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  ask(): void {
    if (!this.#isOver) this.next ??= quiet(this.#chunks.next())
  }

  /** Waits for the chunk that was asked for; undefined at the end. */
  async take(): Promise<EntryChunk | undefined> {
    const step = await this.next
    this.next = undefined
    if (step?.done === false) return step.value
    this.#isOver = true
    return undefined
  }

  /** Closes the source; where a chunk was asked for, it closes by itself once that has come. */
  async close(): Promise<void> {
    if (this.#isOver) return
    const closing = Promise.resolve(this.#chunks.return?.())
    if (this.next === undefined) await closing
    else closing.catch(() => undefined)
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
