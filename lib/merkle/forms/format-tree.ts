import { encodeRevision, revision } from '../../values/index.js'
import type { DocumentedTree } from '../documented-tree.js'
import type { MerkleTree } from '../merkle-tree.js'
import type { RevisionTree } from '../revision-tree.js'
import { formatAllLeaves, formatPopulatedLeaves } from './format-leaves.js'
import { formatLevels } from './format-levels.js'
import { gatherText } from './gather-text.js'
import type { TreeForm } from './tree-form.js'

/** How {@link formatTree} writes. */
export interface FormatTreeOptions {
  readonly form: TreeForm
  /**
   * Fill encoded revisions and hashes up to 11 characters with leading `-`: true by default for
   * `documented`, as its documentation says; else false, as servers do.
   */
  readonly pad?: boolean
  /**
   * The lowest level that is written, the depth of the tree by default; for `documented` and
   * `transitional`. It becomes the `maxDepth` of the text.
   */
  readonly levelMax?: number
  /** False leaves `branchingFactor` out of `documented` and `transitional`; true by default. */
  readonly branchingFactor?: boolean
}

/**
 * Writes a tree as JSON text, in pieces of up to about 64 kB that are made when asked for: the tree
 * must not change before the last one. Attributes come in the order in which servers write them
 * (merkle notes, sections 5 and 6), without blanks. The root of the forms with all levels is the sum
 * of the leaves; the others have the tree's own count and hash.
 *
 * @throws RangeError at the call when `levelMax` is no level of the tree
 */
export function formatTree(
  tree: MerkleTree | DocumentedTree,
  options: FormatTreeOptions,
): Generator<string> {
  const { form, levelMax = tree.depth } = options
  if (!(Number.isInteger(levelMax) && levelMax >= 0 && levelMax <= tree.depth)) {
    throw new RangeError(`Cannot write a tree down to level ${levelMax}: it has 0 to ${tree.depth}`)
  }
  const parts = hasLevels(form)
    ? formatLevelForm(tree, { ...options, levelMax })
    : formatLeafForm(tree, options)
  return gatherText(parts)
}

function hasLevels(form: TreeForm): boolean {
  return form === 'documented' || form === 'transitional'
}

function* formatLevelForm(
  tree: RevisionTree,
  options: FormatTreeOptions & { readonly levelMax: number },
): Generator<string> {
  const { form, levelMax, branchingFactor = true, pad = form === 'documented' } = options
  const factor = branchingFactor ? '"branchingFactor":8,' : ''
  yield `{"version":1,"maxDepth":${levelMax},${factor}${formatRange(tree, pad)}`
  if (form === 'transitional') yield formatInitialRangeMin(tree, pad)
  yield ',"nodes":['
  yield* formatLevels(tree, levelMax, pad)
  yield ']}'
}

function* formatLeafForm(
  tree: RevisionTree,
  { form, pad = false }: FormatTreeOptions,
): Generator<string> {
  yield `{"version":1,"maxDepth":${tree.depth},${formatRange(tree, pad)}`
  yield formatInitialRangeMin(tree, pad)
  yield `,"count":${tree.count},"hash":${tree.hash.toString()},"nodes":[`
  if (form === 'current') yield* formatAllLeaves(tree.leaves)
  else yield* formatPopulatedLeaves(tree.leaves, form === 'onlyPopulated')
  yield ']}'
}

function formatRange({ rangeMin, rangeMax }: RevisionTree, pad: boolean): string {
  return `"rangeMax":${quoteRevision(rangeMax, pad)},"rangeMin":${quoteRevision(rangeMin, pad)}`
}

function formatInitialRangeMin({ shape }: RevisionTree, pad: boolean): string {
  return `,"initialRangeMin":${quoteRevision(shape.initialRangeMin, pad)}`
}

function quoteRevision(value: bigint, pad: boolean): string {
  return `"${encodeRevision(revision(value), { pad })}"`
}
