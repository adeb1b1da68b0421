import { IN_FLIGHT_BYTES_MAX } from '../../core/index.js'
import type { DumpedChunk } from '../../replica/index.js'
import { LateScratch } from '../late-scratch.js'
import type { CollectionDiff } from './collection-diff.js'
import { useAndClose } from './diff-run.js'
import { DocumentMatcher } from './document-matcher.js'
import { readInStep } from './read-in-step.js'

/** Bytes that each of both sides may hold; what is left is for documents that wait. */
export function readingShare({ run }: CollectionDiff): number {
  return (run.options.maxInFlightBytes ?? IN_FLIGHT_BYTES_MAX) / 4
}

/**
 * Gives a matcher for the documents of one collection, and tells those that stayed unmatched when
 * `use` is done. What waits on disk is removed in the end.
 */
export async function withMatcher(
  diff: CollectionDiff,
  use: (matcher: DocumentMatcher) => Promise<void>,
): Promise<void> {
  await useAndClose(new LateScratch(), async (scratch) => {
    const matcher = new DocumentMatcher({
      windowBytes: 2 * readingShare(diff),
      openTable: async (side) => (await scratch.open()).table(side),
    })
    await use(matcher)
    if (diff.isFull()) return
    for await (const one of matcher.unmatched()) {
      diff.run.signal.throwIfAborted()
      await diff.tellUnmatched(one)
      if (diff.isFull()) return
    }
  })
}

/**
 * Reads documents of both sides and compares those with one key.
 *
 * @param countBytes - notes what reading a chunk took
 * @returns how many documents there were; fewer when the limit of differences was reached
 */
export async function matchDocuments(
  diff: CollectionDiff,
  matcher: DocumentMatcher,
  a: AsyncIterable<DumpedChunk>,
  b: AsyncIterable<DumpedChunk>,
): Promise<number> {
  let count = 0
  for await (const { side, dumped } of readInStep(a, b)) {
    diff.run.signal.throwIfAborted()
    const { documents, matches } = matcher.match(side, dumped.chunk)
    diff.note({ documentsRead: documents })
    count += documents
    for (const match of matches) {
      await diff.compare(match)
      if (diff.isFull()) return count
    }
    await matcher.settle()
  }
  return count
}
