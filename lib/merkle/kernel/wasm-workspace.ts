import { bucketShift, leafCount, type TreeShape } from '../tree-shape.js'
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
import type { KernelExports } from './wasm-module.js'
import {
  HASHES_OFFSET,
  INPUT_OFFSET,
  LEAVES_OFFSET,
  RESULTS_OFFSET,
  REVISIONS_OFFSET,
  viewWorkspace,
} from './workspace-layout.js'

const REVISION_BYTES = 8
const RESULT_WORDS = 4
/** In the order of the numbers that the kernel gives. */
const STOPS: readonly ScanResult['stop'][] = ['end', 'full', 'line']

/** A workspace whose loops run in WebAssembly, on the workspace's own memory. */
export class WasmWorkspace implements TreeWorkspace {
  readonly memory: WorkspaceMemory
  readonly input: Buffer
  readonly revisions: BigUint64Array
  readonly leaves: Uint32Array
  readonly progress: BigInt64Array
  readonly #exports: KernelExports
  readonly #results: Uint32Array
  readonly #wideResults: BigUint64Array

  /** @param exports - the kernel, joined with that memory */
  constructor(memory: WorkspaceMemory, exports: KernelExports) {
    this.memory = memory
    const { input, revisions, leaves, progress } = viewWorkspace(memory)
    this.input = input
    this.revisions = revisions
    this.leaves = leaves
    this.progress = progress
    this.#exports = exports
    this.#results = new Uint32Array(memory.buffer, RESULTS_OFFSET, RESULT_WORDS)
    this.#wideResults = new BigUint64Array(memory.buffer, RESULTS_OFFSET, RESULT_WORDS)
  }

  scanLines(start: number, end: number, filled: number): ScanResult {
    assertScanRange(start, end, filled)
    const stop = this.#exports.scanLines(
      INPUT_OFFSET + start,
      INPUT_OFFSET + end,
      revisionAddress(filled),
      revisionAddress(WORKSPACE_REVISIONS),
      RESULTS_OFFSET,
    )
    const results = this.#results
    return {
      stop: STOPS[stop] as ScanResult['stop'],
      offset: (results[0] as number) - INPUT_OFFSET,
      lineEnd: (results[1] as number) - INPUT_OFFSET,
      filled: ((results[2] as number) - REVISIONS_OFFSET) / REVISION_BYTES,
    }
  }

  insert(first: number, end: number, shape: TreeShape): bigint {
    assertRevisionRange(first, end)
    assertDepth(shape, this.memory.depth)
    const isInside = this.#exports.insertRevisions(
      revisionAddress(first),
      end - first,
      HASHES_OFFSET,
      LEAVES_OFFSET,
      BigInt(leafCount(shape.depth)),
      shape.rangeMin,
      BigInt(bucketShift(shape)),
      RESULTS_OFFSET,
    )
    if (isInside === 0) throw outsideError()
    return this.#wideResults[0] as bigint
  }

  bounds(first: number, end: number): RevisionBounds {
    assertSomeRevisions(first, end)
    this.#exports.boundsOf(revisionAddress(first), end - first, RESULTS_OFFSET)
    const results = this.#wideResults
    return { lowest: results[0] as bigint, highest: results[1] as bigint }
  }
}

function revisionAddress(index: number): number {
  return REVISIONS_OFFSET + index * REVISION_BYTES
}
