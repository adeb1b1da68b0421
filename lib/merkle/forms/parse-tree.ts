import { feedBytes, type ByteSource } from './feed-bytes.js'
import { JsonTreeSink } from './json-tree-sink.js'
import type { ReadTree } from './tree-form.js'
import type { TreeGeneration } from './tree-text-reader.js'

/** How {@link parseTree} reads. */
export interface ParseTreeOptions {
  /** `current` refuses the forms with hashes as text, as servers since 3.10 do; `any` by default. */
  readonly generation?: TreeGeneration
  readonly signal?: AbortSignal
}

/**
 * Reads a tree from its JSON text in any of its forms (merkle notes, sections 5 and 6), with its
 * attributes in any order. The text is never held: memory grows with its populated nodes, and is
 * bounded by the depth that it tells, or by {@link TREE_DEPTH_MAX} as long as it tells none.
 *
 * The sums of the nodes are checked against the summary, those of a form with all levels on every
 * level. Of a tree without `initialRangeMin` it is its `rangeMin`. Stricter than servers: an
 * attribute must not be there twice, integers have no fraction and no exponent, counts stay below
 * 2^53, and nothing is beyond the last node.
 *
 * @param source - is closed when reading fails
 * @throws TreeFormatError when the text is not a tree
 * @throws TreeError when no tree can have its shape
 * @throws the reason of `signal` when it aborts
 */
export function parseTree(
  source: ByteSource,
  { generation = 'any', signal }: ParseTreeOptions = {},
): Promise<ReadTree> {
  return feedBytes(source, new JsonTreeSink(generation), signal)
}
