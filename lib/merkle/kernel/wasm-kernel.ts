import { LANES_PER_LEAF, LEAF_BYTES } from '../tree-leaves.js'
import { assertHashes, countLeaves, countTexts, REVISION_TEXT_BYTES } from './checks.js'
import { diffByBlocks, DIFF_BLOCK_LEAVES, type BlockDiffer } from './diff-by-blocks.js'
import type { LeafRunVisitor, TreeKernel, TreeWorkspace, WorkspaceMemory } from './kernel.js'
import { ReferenceWorkspace } from './reference-workspace.js'
import {
  compileKernel,
  readKernelBytes,
  type KernelExports,
  type KernelModule,
} from './wasm-module.js'
import { WasmWorkspace } from './wasm-workspace.js'
import { assertWorkspaceMemory, workspaceBytes } from './workspace-layout.js'

/** Revisions that are copied into the kernel's memory at one time: with their hashes 32 KiB. */
const BLOCK_REVISIONS = 2048
/** The kernel looks at four leaves at one time. */
const DIFF_STEP_LANES: number = 4 * LANES_PER_LEAF
const BLOCK_BYTES = DIFF_BLOCK_LEAVES * LEAF_BYTES
/** The kernel's own memory: two blocks, and what comes of them. */
const FIRST_OFFSET = 0
const SECOND_OFFSET = BLOCK_BYTES
const THIRD_OFFSET: number = 2 * BLOCK_BYTES
const SCRATCH_BYTES: number = 3 * BLOCK_BYTES

/**
 * Makes the kernel in WebAssembly.
 *
 * @param bytes - its code, for tests; default: the package's
 * @returns undefined where there is no WebAssembly, or none with vectors (SIMD)
 */
export function createWasmKernel(bytes: Uint8Array = readKernelBytes()): TreeKernel | undefined {
  const module = compileKernel(bytes)
  return module === undefined ? undefined : new WasmKernel(module)
}

class WasmKernel implements TreeKernel {
  readonly kind = 'wasm'
  readonly #module: KernelModule
  readonly #exports: KernelExports
  readonly #words: BigUint64Array
  readonly #lanes: Uint32Array
  readonly #bytes: Uint8Array

  constructor(module: KernelModule) {
    const { wasm, buffer } = module.createMemory(SCRATCH_BYTES)
    this.#module = module
    this.#exports = module.instantiate(wasm)
    this.#words = new BigUint64Array(buffer)
    this.#lanes = new Uint32Array(buffer)
    this.#bytes = new Uint8Array(buffer)
  }

  hashRevisions(revisions: BigUint64Array, hashes: BigUint64Array): void {
    assertHashes(revisions, hashes)
    const out = SECOND_OFFSET / 8
    for (let first = 0; first < revisions.length; first += BLOCK_REVISIONS) {
      const block = revisions.subarray(first, first + BLOCK_REVISIONS)
      this.#words.set(block, FIRST_OFFSET)
      this.#exports.hashRevisions(FIRST_OFFSET, SECOND_OFFSET, block.length)
      hashes.set(this.#words.subarray(out, out + block.length), first)
    }
  }

  decodeRevisions(texts: Uint8Array, revisions: BigUint64Array): number {
    const count = countTexts(texts, revisions)
    const out = SECOND_OFFSET / 8
    for (let first = 0; first < count; first += BLOCK_REVISIONS) {
      const end = Math.min(first + BLOCK_REVISIONS, count)
      this.#bytes.set(texts.subarray(first * REVISION_TEXT_BYTES, end * REVISION_TEXT_BYTES))
      const decoded = this.#exports.decodeRevisions(FIRST_OFFSET, SECOND_OFFSET, end - first)
      revisions.set(this.#words.subarray(out, out + decoded), first)
      if (decoded < end - first) return first + decoded
    }
    return count
  }

  mergeLeaves(target: Uint32Array, source: Uint32Array): void {
    countLeaves(target, source)
    const blockLanes = DIFF_BLOCK_LEAVES * LANES_PER_LEAF
    for (let lane = 0; lane < target.length; lane += blockLanes) {
      const block = target.subarray(lane, lane + blockLanes)
      this.#lanes.set(block, FIRST_OFFSET)
      this.#lanes.set(source.subarray(lane, lane + blockLanes), SECOND_OFFSET / 4)
      this.#exports.mergeLeaves(FIRST_OFFSET, SECOND_OFFSET, block.length / LANES_PER_LEAF)
      block.set(this.#lanes.subarray(0, block.length))
    }
  }

  diffLeaves(a: Uint32Array, b: Uint32Array, onRun: LeafRunVisitor): void {
    countLeaves(a, b)
    diffByBlocks(a, b, this.#diffBlock, onRun)
  }

  createWorkspace(depth: number, memory?: WorkspaceMemory): TreeWorkspace {
    if (memory === undefined) {
      const { wasm, buffer } = this.#module.createMemory(workspaceBytes(depth))
      return new WasmWorkspace({ buffer, depth, wasm }, this.#module.instantiate(wasm))
    }
    assertWorkspaceMemory(memory, depth)
    // A thread that has no WebAssembly made it.
    if (memory.wasm === undefined) return new ReferenceWorkspace(depth, memory)
    return new WasmWorkspace(memory, this.#module.instantiate(memory.wasm))
  }

  readonly #diffBlock: BlockDiffer = (a, b, onRun) => {
    const second = SECOND_OFFSET / 4
    const lanes = Math.ceil(a.length / DIFF_STEP_LANES) * DIFF_STEP_LANES
    // Leaves that are added to fill the last step up are equal.
    this.#lanes.fill(0, a.length, lanes)
    this.#lanes.fill(0, second + a.length, second + lanes)
    this.#lanes.set(a, FIRST_OFFSET)
    this.#lanes.set(b, second)
    const leaves = lanes / LANES_PER_LEAF
    const count = this.#exports.diffLeaves(FIRST_OFFSET, SECOND_OFFSET, leaves, THIRD_OFFSET)
    // A copy, since the visitor may use the kernel too.
    const runs = this.#lanes.slice(THIRD_OFFSET / 4, THIRD_OFFSET / 4 + count * 2)
    for (let at = 0; at < runs.length; at += 2) {
      onRun(runs[at] as number, runs[at + 1] as number)
    }
  }
}
