import { decodeRevisionLanes, type Lanes } from '../../values/index.js'
import { assertHashes, countLeaves, countTexts, REVISION_TEXT_BYTES } from './checks.js'
import { diffByBlocks } from './diff-by-blocks.js'
import type { TreeKernel } from './kernel.js'
import { diffLanes, hashLanes, lanesOf, mergeLanes } from './reference-leaves.js'
import { ReferenceWorkspace } from './reference-workspace.js'

/**
 * Makes the kernel in plain TypeScript: 64-bit values in two lanes of 32 bits, no `bigint` in its
 * loops. It is what the kernel in WebAssembly is held against.
 */
export function createReferenceKernel(): TreeKernel {
  return {
    kind: 'reference',
    hashRevisions: (revisions, hashes) => {
      assertHashes(revisions, hashes)
      hashLanes(lanesOf(revisions), lanesOf(hashes))
    },
    decodeRevisions: (texts, revisions) =>
      decodeTexts(texts, countTexts(texts, revisions), lanesOf(revisions)),
    mergeLeaves: (target, source) => {
      countLeaves(target, source)
      mergeLanes(target, source)
    },
    diffLeaves: (a, b, onRun) => {
      countLeaves(a, b)
      diffByBlocks(a, b, diffLanes, onRun)
    },
    createWorkspace: (depth, memory) => new ReferenceWorkspace(depth, memory),
  }
}

function decodeTexts(texts: Uint8Array, count: number, lanes: Uint32Array): number {
  const word: Lanes = { high: 0, low: 0 }
  for (let index = 0; index < count; index += 1) {
    const start = index * REVISION_TEXT_BYTES
    if (!decodeRevisionLanes(texts, start, start + REVISION_TEXT_BYTES, word)) return index
    lanes[index * 2] = word.low
    lanes[index * 2 + 1] = word.high
  }
  return count
}
