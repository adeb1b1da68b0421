import type { DumpedChunk } from '../../replica/index.js'
import type { CollectionDiff } from './collection-diff.js'
import type { DiffSide } from './document-matcher.js'
import { matchDocuments, readingShare, withMatcher } from './match-documents.js'

/**
 * Compares a collection by reading all of both sides, once: documents of one key by what they say,
 * `_rev` left out.
 *
 * @throws DiffError when a dump holds removals
 */
export async function compareByContent(diff: CollectionDiff): Promise<void> {
  diff.begin('content')
  await withMatcher(diff, async (matcher) => {
    await matchDocuments(diff, matcher, readAll(diff, 'a'), readAll(diff, 'b'))
  })
}

async function* readAll(diff: CollectionDiff, side: DiffSide): AsyncGenerator<DumpedChunk> {
  const options = { signal: diff.run.signal, maxInFlightBytes: readingShare(diff) }
  const definition = diff.collection.definitions[side]
  for await (const dumped of diff.snapshot(side).dump(definition, options)) {
    diff.note({ dumpBytes: dumped.readBytes })
    diff.emitProgress('contents')
    yield dumped
  }
}
