import { LANES_PER_LEAF } from '../tree-leaves.js'
import type { TreeShape } from '../tree-shape.js'
import { WORKSPACE_INPUT_BYTES, WORKSPACE_REVISIONS } from './kernel.js'

/** Bytes of a revision in padded base 64. */
export const REVISION_TEXT_BYTES = 11

/*
 * What both kernels ask of their arguments, so that both refuse the same in the same words. These
 * are mistakes of the caller, not of data.
 */

/** @throws RangeError when the arrays are not of one length */
export function assertHashes(revisions: BigUint64Array, hashes: BigUint64Array): void {
  if (revisions.length === hashes.length) return
  throw new RangeError(
    `Cannot hash ${revisions.length} revisions: there is room for ${hashes.length} hashes`,
  )
}

/**
 * Counts texts of {@link REVISION_TEXT_BYTES}.
 *
 * @throws RangeError when they are not whole, or more than there is room for
 */
export function countTexts(texts: Uint8Array, revisions: BigUint64Array): number {
  const count = texts.length / REVISION_TEXT_BYTES
  if (Number.isInteger(count) && count <= revisions.length) return count
  throw new RangeError(
    `Cannot decode ${texts.length} bytes: they are not texts of ${REVISION_TEXT_BYTES} bytes, or more than ${revisions.length}`,
  )
}

/**
 * Counts the leaves of two trees.
 *
 * @throws RangeError when they are not equally many, or not whole
 */
export function countLeaves(a: Uint32Array, b: Uint32Array): number {
  const count = a.length / LANES_PER_LEAF
  if (Number.isInteger(count) && a.length === b.length) return count
  throw new RangeError(
    `Cannot use leaves together: ${a.length} and ${b.length} lanes are not equally many leaves`,
  )
}

/** @throws RangeError when there is no such part of the input, or not so many revisions */
export function assertScanRange(start: number, end: number, filled: number): void {
  assertPart('input', start, end, WORKSPACE_INPUT_BYTES)
  assertPart('revisions', 0, filled, WORKSPACE_REVISIONS)
}

/** @throws RangeError when the workspace has no such revisions */
export function assertRevisionRange(first: number, end: number): void {
  assertPart('revisions', first, end, WORKSPACE_REVISIONS)
}

/** @throws RangeError when there are no such revisions, or none at all */
export function assertSomeRevisions(first: number, end: number): void {
  assertRevisionRange(first, end)
  if (first === end) throw new RangeError('Cannot find the bounds of no revisions')
}

function assertPart(part: string, start: number, end: number, size: number): void {
  const isPart = Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end
  if (isPart && end <= size) return
  throw new RangeError(`Cannot use ${start} to ${end} of the ${part}: it has ${size}`)
}

/** @throws RangeError when the tree is not of the workspace's depth */
export function assertDepth({ depth }: TreeShape, expected: number): void {
  if (depth === expected) return
  throw new RangeError(`Cannot insert revisions: the depth is ${depth}, not ${expected}`)
}

/** What is thrown for a revision outside the range of the tree. */
export function outsideError(): RangeError {
  return new RangeError('Cannot insert revisions: at least one is not in the range of the tree')
}
