import { fulfills, type DumpCondition } from './dump-filters.js'
import { finderOf, projectDocument, type DumpProjection } from './dump-projections.js'

const NEWLINE = 0x0a

/** What is dumped of the documents of a collection. */
export interface DumpSelection {
  /** What has to hold for a document to be dumped. */
  readonly conditions: readonly DumpCondition[]
  /** What is made of each; undefined leaves it as it is. */
  readonly projections: readonly DumpProjection[] | undefined
}

/**
 * Makes what is dumped out of lines.
 *
 * @param block - whole lines, each a document
 * @returns JSON texts, which may share the memory of the block
 */
export function* makeDocuments(
  block: Buffer,
  { conditions, projections }: DumpSelection,
): Generator<Buffer, void, undefined> {
  const filtered = finderOf(conditions)
  const projected = finderOf(projections ?? [])
  for (let start = 0; start < block.length;) {
    const end = block.indexOf(NEWLINE, start)
    const line = { start, end }
    if (fulfills(block, line, conditions, filtered)) {
      yield projections === undefined
        ? block.subarray(start, end)
        : projectDocument(block, line, projections, projected)
    }
    start = end + 1
  }
}
