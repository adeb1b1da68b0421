import type { DumpedChunk, TargetCollection, WriteResult } from '../replica/index.js'
import type { CollectionTotals } from './sync-event.js'

/** Chunks that are written at one time, where that may be: one is written, the others are next. */
const WRITES_AT_ONCE = 3

/**
 * Writes what a dump gives into a collection, and tells what each write did. Chunks follow each other,
 * but for those whose documents are in no other: of them several are on their way at one time, so that
 * the target never waits for the next one. When it ends, nothing is being written any more.
 */
export async function* writeDumped(
  dumped: AsyncIterable<DumpedChunk>,
  into: Pick<TargetCollection, 'write' | 'writeApart'>,
  signal: AbortSignal,
): AsyncGenerator<CollectionTotals> {
  const writing: Promise<CollectionTotals>[] = []
  const begin = (one: DumpedChunk, written: Promise<WriteResult>): void => {
    const { readBytes } = one
    const totals = written.then((result) => ({ readBytes, ...result }))
    // Heard of in its turn; or not at all, after another one has failed.
    totals.catch(() => undefined)
    writing.push(totals)
  }
  try {
    for await (const one of dumped) {
      signal.throwIfAborted()
      const apart = one.isApart === true ? into.writeApart?.(one.chunk) : undefined
      begin(one, apart ?? into.write(one.chunk))
      const atOnce = apart === undefined ? 1 : WRITES_AT_ONCE
      while (writing.length >= atOnce) yield await (writing.shift() as Promise<CollectionTotals>)
    }
    for (let next = writing.shift(); next !== undefined; next = writing.shift()) yield await next
  } finally {
    await Promise.allSettled(writing)
  }
}
