import { TREE_DEPTH_MAX } from '../../core/index.js'
import { LANES_PER_LEAF, LEAF_BYTES } from '../tree-leaves.js'
import { leafCount, TREE_DEPTH_MIN } from '../tree-shape.js'
import {
  WORKSPACE_COUNTERS,
  WORKSPACE_INPUT_BYTES,
  WORKSPACE_REVISIONS,
  type WorkspaceMemory,
} from './kernel.js'

/** Revisions that the kernel hashes before it touches their leaves; its `insert.ts` says why. */
const HASH_BLOCK_REVISIONS = 2048

const WORD_BYTES = 8

/*
 * Offsets of the parts, in bytes. The input stands before the leaves, so that reading on in steps of
 * 64 bytes after its end stays inside the memory.
 */
/** 64 bytes in which the kernel leaves what does not fit in one return value. */
export const RESULTS_OFFSET = 0
const PROGRESS_OFFSET = 64
/** Hashes of one block. */
export const HASHES_OFFSET: number = PROGRESS_OFFSET + WORKSPACE_COUNTERS * WORD_BYTES
/** {@link WORKSPACE_REVISIONS} revisions. */
export const REVISIONS_OFFSET: number = HASHES_OFFSET + HASH_BLOCK_REVISIONS * WORD_BYTES
/** {@link WORKSPACE_INPUT_BYTES} of lines. */
export const INPUT_OFFSET: number = REVISIONS_OFFSET + WORKSPACE_REVISIONS * WORD_BYTES
/** The leaves of the tree, up to the end. */
export const LEAVES_OFFSET: number = INPUT_OFFSET + WORKSPACE_INPUT_BYTES

/** The parts of a workspace's memory that its user sees. */
export interface WorkspaceViews {
  readonly input: Buffer
  readonly revisions: BigUint64Array
  readonly leaves: Uint32Array
  readonly progress: BigInt64Array
}

/**
 * Bytes of a workspace for a tree of that depth.
 *
 * @throws RangeError when no tree is of that depth
 */
export function workspaceBytes(depth: number): number {
  if (!Number.isInteger(depth) || depth < TREE_DEPTH_MIN || depth > TREE_DEPTH_MAX) {
    throw new RangeError(
      `Cannot make a workspace: the depth must be ${TREE_DEPTH_MIN} to ${TREE_DEPTH_MAX}, not ${depth}`,
    )
  }
  return LEAVES_OFFSET + leafCount(depth) * LEAF_BYTES
}

/** Makes the views of a workspace. */
export function viewWorkspace({ buffer, depth }: WorkspaceMemory): WorkspaceViews {
  return {
    input: Buffer.from(buffer, INPUT_OFFSET, WORKSPACE_INPUT_BYTES),
    revisions: new BigUint64Array(buffer, REVISIONS_OFFSET, WORKSPACE_REVISIONS),
    leaves: new Uint32Array(buffer, LEAVES_OFFSET, leafCount(depth) * LANES_PER_LEAF),
    progress: new BigInt64Array(buffer, PROGRESS_OFFSET, WORKSPACE_COUNTERS),
  }
}

/**
 * Checks that the memory which another thread sent is that of a workspace of this depth.
 *
 * @throws RangeError when it is not
 */
export function assertWorkspaceMemory({ buffer, depth }: WorkspaceMemory, expected: number): void {
  if (depth !== expected) {
    throw new RangeError(`Cannot share a workspace: its depth is ${depth}, not ${expected}`)
  }
  if (buffer.byteLength < workspaceBytes(depth)) {
    throw new RangeError('Cannot share a workspace: its memory is too small')
  }
}
