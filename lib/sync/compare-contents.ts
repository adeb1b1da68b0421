import { IN_FLIGHT_BYTES_MAX } from '../core/index.js'
import type { DumpedChunk, DumpOptions, Snapshot } from '../replica/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { DocumentComparison } from './diff/compare-documents.js'
import { DocumentMatcher } from './diff/document-matcher.js'
import { readInStep } from './diff/read-in-step.js'
import { LateScratch } from './late-scratch.js'

/** What a document of its own revision is compared without. */
const NOT_COMPARED = ['_rev']

/** One document that a target has to get, or to lose. */
export interface ContentDifference {
  /** `changed`: both sides have the key; `surplus`: the target alone; `missing`: the source alone. */
  readonly kind: 'changed' | 'surplus' | 'missing'
  readonly key: string
  /** The document of the source, of a `surplus` that of the target: valid until the next one. */
  readonly bytes: Buffer
}

/** A collection inside a snapshot. */
interface ComparedSide {
  readonly snapshot: Snapshot
  readonly definition: CollectionDefinition
}

/** How {@link compareContents} reads. */
export interface CompareOptions {
  /** Of the whole run, which goes on with what is found. Default: `IN_FLIGHT_BYTES_MAX`. */
  readonly maxInFlightBytes: number | undefined
  readonly signal: AbortSignal
  readonly onTransfer?: ((bytes: number) => void) | undefined
}

/**
 * Parts of the memory of a run: one is read of each side, two are for documents that wait, one is
 * gathered, and one is in requests; the rest is for the chunks that came last.
 */
const SHARES = 8

/** What each part of a run may hold, in bytes. */
export function contentShare(maxInFlightBytes: number = IN_FLIGHT_BYTES_MAX): number {
  return maxInFlightBytes / SHARES
}

/**
 * Reads both sides whole and tells which documents differ in what they say, `_rev` left out: first the
 * changed ones, while they are read, then those that only the target has, then those that only the
 * source has, so that whatever stands in the way of one is gone before it comes.
 *
 * @throws DiffError `ERR_DUMP_HAS_REMOVALS` when a dump has removals among its documents
 */
export async function* compareContents(
  source: ComparedSide,
  target: ComparedSide,
  { maxInFlightBytes, signal, onTransfer }: CompareOptions,
): AsyncGenerator<ContentDifference> {
  const share = contentShare(maxInFlightBytes)
  const options = { signal, maxInFlightBytes: share, onTransfer }
  const scratch = new LateScratch()
  const openTable = async (side: 'a' | 'b'): ReturnType<MatcherTable> =>
    (await scratch.open()).table(side)
  const matcher = new DocumentMatcher({ windowBytes: 2 * share, openTable })
  const comparison = new DocumentComparison(NOT_COMPARED)
  try {
    for await (const { side, dumped } of readInStep(dump(source, options), dump(target, options))) {
      signal.throwIfAborted()
      for (const { key, a, b } of matcher.match(side, dumped.chunk).matches) {
        if (!comparison.isEqual(a, b)) yield { kind: 'changed', key, bytes: a }
      }
      await matcher.settle()
    }
    for await (const { side, key, bytes } of matcher.unmatched(['b', 'a'])) {
      signal.throwIfAborted()
      yield { kind: side === 'a' ? 'missing' : 'surplus', key, bytes }
    }
  } finally {
    await scratch.close()
  }
}

function dump(
  { snapshot, definition }: ComparedSide,
  options: DumpOptions,
): AsyncIterable<DumpedChunk> {
  return snapshot.dump(definition, options)
}

type MatcherTable = ConstructorParameters<typeof DocumentMatcher>[0]['openTable']
