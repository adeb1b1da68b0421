import { IN_FLIGHT_BYTES_MAX } from '../core/index.js'
import type { DumpedChunk, DumpOptions } from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import type { DumpContext, DumpedBatch, NextBatch } from './dump-context.js'
import type { DumpWish } from './start-dump.js'

/** Batches that are asked for at one time, or have come and were not taken yet. */
const BATCHES_AT_ONCE = 2
/** The least that ArangoDB takes (server notes, section 10). */
const BATCH_BYTES_MIN = 4096
/** Of larger ones nothing is gained. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024

/** What to ask of the dump of a collection, so that it holds no more than it may. */
export function wishFor(
  collection: string,
  { maxInFlightBytes = IN_FLIGHT_BYTES_MAX }: DumpOptions,
): DumpWish {
  const share = Math.floor(maxInFlightBytes / BATCHES_AT_ONCE)
  const batchBytes = Math.min(Math.max(share, BATCH_BYTES_MIN), BATCH_BYTES_MAX)
  return { collection, batchBytes, batchesAtOnce: BATCHES_AT_ONCE }
}

/**
 * Reads a collection through a parallel dump as chunks of whole lines, each of which has documents that
 * are in no other. Several batches are under way at one time, each held whole until it is given: one
 * that is cut off can be asked for again. Ends the dump, whatever the end is.
 *
 * @throws RemoteError
 */
export async function* dumpInParallel(
  context: DumpContext,
  { signal: outer, onTransfer }: Pick<DumpOptions, 'signal' | 'onTransfer'>,
): AsyncGenerator<DumpedChunk> {
  const controller = new AbortController()
  const signal =
    outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal])
  const waiting: Promise<DumpedBatch>[] = []
  const ask = (has: NextBatch['has']): void => {
    const asked = context.next({ has, signal, onTransfer })
    // Whoever takes it hears of its failure; nobody does after another one's.
    asked.catch(() => undefined)
    waiting.push(asked)
  }
  try {
    for (let lane = 0; lane < context.wish.batchesAtOnce; lane += 1) ask(undefined)
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { number, lines, path } = await next
      outer?.throwIfAborted()
      if (lines === undefined) continue
      ask(number)
      yield* chunksOf(lines, path)
    }
  } finally {
    controller.abort()
    await Promise.allSettled(waiting)
    await context.close()
  }
}

async function* chunksOf(lines: Buffer, source: string): AsyncGenerator<DumpedChunk> {
  const { length } = lines
  if (length === 0) return
  const options = { source, chunkBytes: length }
  for await (const chunk of chunkLines(only(lines), options)) {
    yield { chunk, readBytes: chunk.buffer.length, isApart: true }
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- chunkLines takes async sources
async function* only(block: Buffer): AsyncGenerator<Buffer> {
  yield block
}
