/*
 * The hot loops of revision trees behind one interface. There are two kernels: one in WebAssembly,
 * which has 64-bit integers, and one in plain TypeScript, which is the reference that tests hold the
 * first one against and what runs where there is no WebAssembly. Both give the same answers to
 * everything, errors included.
 */
import type { TreeShape } from '../tree-shape.js'

/** Revisions that a workspace holds: 512 KiB of them. */
export const WORKSPACE_REVISIONS = 65_536

/** Bytes of lines that a workspace holds: 1 MiB. */
export const WORKSPACE_INPUT_BYTES: number = 1024 * 1024

/** Counters that a workspace has for whoever watches its task. */
export const WORKSPACE_COUNTERS = 8

/** The memory of a workspace. It can be sent to another thread, which then sees the same bytes. */
export interface WorkspaceMemory {
  /** All of it; see {@link TreeWorkspace} for what is in there. */
  readonly buffer: SharedArrayBuffer
  /** Levels of the tree whose leaves are in there. */
  readonly depth: number
  /** The same memory as an object of WebAssembly, when it is one. */
  readonly wasm?: unknown
}

/** Why {@link TreeWorkspace.scanLines} stopped, and where. */
export interface ScanResult {
  /**
   * - `end`: no complete line is left
   * - `full`: the workspace holds as many revisions as it can
   * - `line`: the line at `offset` is not one of the usual shapes; `readLineRevision` reads any
   */
  readonly stop: 'end' | 'full' | 'line'
  /** The first byte that was not consumed: the start of a line. */
  readonly offset: number
  /** For `line` the offset of its newline, else the same as `offset`. */
  readonly lineEnd: number
  /** Revisions that the workspace now holds. */
  readonly filled: number
}

/**
 * Memory in which one task at a time reads lines and builds the leaves of a tree. Leaves are four
 * lanes of 32 bits each: count low, count high, hash low, hash high.
 */
export interface TreeWorkspace {
  readonly memory: WorkspaceMemory
  /** {@link WORKSPACE_INPUT_BYTES} for lines; read files straight into it. */
  readonly input: Buffer
  /** {@link WORKSPACE_REVISIONS} revisions. */
  readonly revisions: BigUint64Array
  /** The leaves; all zero in a new workspace. */
  readonly leaves: Uint32Array
  /** {@link WORKSPACE_COUNTERS} counters that the kernel leaves alone; use `Atomics` on them. */
  readonly progress: BigInt64Array

  /**
   * Appends the revisions of the complete lines in `input` between `start`, where a line begins, and
   * `end` to those that there are, line after line.
   *
   * A line is read when it begins as dumps usually do and ends with the braces that its form wants.
   * That head holds nothing but `_key`, `_id`, `_rev`, `_from` and `_to` in any order until both
   * `_key` and `_rev` have come, inside `{…}` or inside the `data` of an envelope that has its `type`
   * (2300 or 2301) before it, and perhaps `tick`, `key` and `rev`, without white space and escapes, and with a
   * `_rev` in base 64 that a document can have. **What comes after that head is trusted, not
   * parsed**: whether it is JSON, and whether an envelope's `data` is followed by a `_key` of the top
   * level, which would make the line a bare document with a revision of its own.
   *
   * @param filled - revisions that the workspace holds already
   * @throws RangeError when an offset or `filled` lies outside the workspace
   */
  scanLines(start: number, end: number, filled: number): ScanResult

  /**
   * Adds the revisions of the workspace from index `first` up to `end`, exclusive, to the leaves.
   *
   * @param shape - all revisions must lie in its range
   * @returns the XOR of their hashes
   * @throws RangeError when an index lies outside the workspace, the shape has another depth, or a
   *   revision is not in its range; the leaves are of no use in the last case
   */
  insert(first: number, end: number, shape: TreeShape): bigint

  /**
   * Finds the lowest and the highest of the revisions from index `first` up to `end`, exclusive.
   *
   * @throws RangeError when there is none, or an index lies outside the workspace
   */
  bounds(first: number, end: number): RevisionBounds
}

/** The lowest and the highest of some revisions. */
export interface RevisionBounds {
  readonly lowest: bigint
  readonly highest: bigint
}

/** The leaves from `first` up to `end`, exclusive, differ. */
export type LeafRunVisitor = (first: number, end: number) => void

/** The loops over many revisions or whole trees. */
export interface TreeKernel {
  readonly kind: 'wasm' | 'reference'

  /**
   * Hashes each revision: FNV-1a 64 over its 8 little-endian bytes (merkle notes, section 2).
   *
   * @throws RangeError when the lengths differ
   */
  hashRevisions(revisions: BigUint64Array, hashes: BigUint64Array): void

  /**
   * Decodes texts of 11 bytes each, one after the other, by the rule of {@link decodeRevision}:
   * padded base 64, modulo 2^64, never decimal.
   *
   * @param revisions - gets as many as there are texts
   * @returns the index of the first text with a byte outside the alphabet, before which all are
   *   decoded and after which none is; the number of texts when all are well
   * @throws RangeError when the texts are no multiple of 11 bytes, or more than `revisions` can hold
   */
  decodeRevisions(texts: Uint8Array, revisions: BigUint64Array): number

  /**
   * Adds the leaves of one tree to those of another: sums of counts modulo 2^64, XOR of hashes.
   *
   * @throws RangeError when the lengths differ or are no whole leaves
   */
  mergeLeaves(target: Uint32Array, source: Uint32Array): void

  /**
   * Finds the leaves that differ in count or hash, as runs in ascending order that do not touch.
   *
   * @throws RangeError when the lengths differ or are no whole leaves
   */
  diffLeaves(a: Uint32Array, b: Uint32Array, onRun: LeafRunVisitor): void

  /**
   * Makes a workspace, or takes part in one that another thread made.
   *
   * @param depth - levels of its tree, 2 to 8
   * @param memory - that of an existing workspace
   * @throws RangeError when there can be no such tree, or the memory is that of another depth
   */
  createWorkspace(depth: number, memory?: WorkspaceMemory): TreeWorkspace
}
