import { encodeRevisionLanes } from '../../values/index.js'
import type { RevisionTree } from '../revision-tree.js'
import { LANES_PER_LEAF, nodeCount } from '../tree-leaves.js'

/** The nodes of the forms with all levels, in level order, each with its hash as text. */
export function* formatLevels(
  tree: RevisionTree,
  levelMax: number,
  pad: boolean,
): Generator<string> {
  for (let level = 0; level <= levelMax; level += 1) {
    const nodes = tree.level(level)
    const count = nodes.length / LANES_PER_LEAF
    for (let index = 0; index < count; index += 1) {
      const comma = level === 0 ? '' : ','
      yield comma + formatNode(nodes, index, pad)
    }
  }
}

function formatNode(nodes: Uint32Array, index: number, pad: boolean): string {
  const low = nodes[index * LANES_PER_LEAF + 2] as number
  const high = nodes[index * LANES_PER_LEAF + 3] as number
  return `{"hash":"${encodeRevisionLanes(low, high, pad)}","count":${nodeCount(nodes, index)}}`
}
