import { isPopulated, LANES_PER_LEAF, nodeCount, nodeHash } from '../tree-leaves.js'

const EMPTY_LEAF = '{"count":0,"hash":0}'

/** The nodes of the form `current`: every leaf with its count and its hash as numbers. */
export function* formatAllLeaves(leaves: Uint32Array): Generator<string> {
  const count = leaves.length / LANES_PER_LEAF
  for (let index = 0; index < count; index += 1) {
    const comma = index === 0 ? '' : ','
    yield comma + (isPopulated(leaves, index) ? formatLeaf(leaves, index) : EMPTY_LEAF)
  }
}

/**
 * The nodes of the forms with populated leaves.
 *
 * @param canSkip - write runs of other leaves as `{}` or `{"skip":k}` and leave the last one out;
 *   else one `{}` for each of them
 */
export function* formatPopulatedLeaves(leaves: Uint32Array, canSkip: boolean): Generator<string> {
  const count = leaves.length / LANES_PER_LEAF
  let comma = ''
  let gap = 0
  for (let index = 0; index < count; index += 1) {
    const isGap = !isPopulated(leaves, index)
    if (isGap && canSkip) {
      gap += 1
      continue
    }
    if (gap > 0) {
      yield comma + formatGap(gap)
      comma = ','
      gap = 0
    }
    yield comma + (isGap ? formatGap(1) : formatLeaf(leaves, index))
    comma = ','
  }
}

function formatGap(length: number): string {
  return length === 1 ? '{}' : `{"skip":${length}}`
}

function formatLeaf(leaves: Uint32Array, index: number): string {
  return `{"count":${nodeCount(leaves, index)},"hash":${nodeHash(leaves, index).toString()}}`
}
