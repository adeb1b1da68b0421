import type { TreeShape } from '../tree-shape.js'
import {
  assertDepth,
  assertRevisionRange,
  assertScanRange,
  assertSomeRevisions,
  outsideError,
} from './checks.js'
import {
  WORKSPACE_REVISIONS,
  type RevisionBounds,
  type ScanResult,
  type TreeWorkspace,
  type WorkspaceMemory,
} from './kernel.js'
import { LineHead } from './reference-head.js'
import { gridOf, insertLanes, laneBounds, lanesOf } from './reference-leaves.js'
import { assertWorkspaceMemory, viewWorkspace, workspaceBytes } from './workspace-layout.js'

const NEWLINE = 0x0a

/** A workspace whose loops are plain TypeScript; it works on the memory of any kernel. */
export class ReferenceWorkspace implements TreeWorkspace {
  readonly memory: WorkspaceMemory
  readonly input: Buffer
  readonly revisions: BigUint64Array
  readonly leaves: Uint32Array
  readonly progress: BigInt64Array
  readonly #lanes: Uint32Array
  readonly #head: LineHead

  constructor(depth: number, memory?: WorkspaceMemory) {
    this.memory = memory ?? { buffer: new SharedArrayBuffer(workspaceBytes(depth)), depth }
    assertWorkspaceMemory(this.memory, depth)
    const { input, revisions, leaves, progress } = viewWorkspace(this.memory)
    this.input = input
    this.revisions = revisions
    this.leaves = leaves
    this.progress = progress
    this.#lanes = lanesOf(revisions)
    this.#head = new LineHead(input)
  }

  scanLines(start: number, end: number, filled: number): ScanResult {
    assertScanRange(start, end, filled)
    const head = this.#head
    let offset = start
    let count = filled
    for (;;) {
      if (count === WORKSPACE_REVISIONS) return stopAt('full', offset, count)
      const newline = this.input.indexOf(NEWLINE, offset)
      if (newline < 0 || newline >= end) return stopAt('end', offset, count)
      if (!head.read(offset, newline)) return stopAt('line', offset, count, newline)
      this.#lanes[count * 2] = head.low
      this.#lanes[count * 2 + 1] = head.high
      count += 1
      offset = newline + 1
    }
  }

  insert(first: number, end: number, shape: TreeShape): bigint {
    assertRevisionRange(first, end)
    assertDepth(shape, this.memory.depth)
    const lanes = this.#lanes.subarray(first * 2, end * 2)
    const sum = insertLanes(lanes, this.leaves, gridOf(shape))
    if (sum === undefined) throw outsideError()
    return sum
  }

  bounds(first: number, end: number): RevisionBounds {
    assertSomeRevisions(first, end)
    return laneBounds(this.#lanes.subarray(first * 2, end * 2))
  }
}

function stopAt(
  stop: ScanResult['stop'],
  offset: number,
  filled: number,
  lineEnd: number = offset,
): ScanResult {
  return { stop, offset, lineEnd, filled }
}
