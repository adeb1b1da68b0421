import type { LinePlace } from '../../wire/index.js'
import type { WorkspaceMemory } from '../kernel/kernel.js'
import type { TreeShape } from '../tree-shape.js'

/** What is known of the part of a tree that one workspace holds; the leaves are in its memory. */
export interface SlotState {
  /** The shape of the tree when it is new: the same for every workspace of a job. */
  readonly base: TreeShape
  /** The shape that the leaves have now: {@link base}, grown as far as its revisions want it. */
  readonly shape: TreeShape
  /** The lowest revision; of no meaning while there is none. */
  readonly lowest: bigint
  /** The highest revision; of no meaning while there is none. */
  readonly highest: bigint
  readonly count: number
  /** XOR of the hashes of the revisions. */
  readonly hash: bigint
}

/** The lines of a plain file that begin between two offsets. */
export interface RangePiece {
  readonly kind: 'range'
  readonly path: string
  /** Size of the file when it was looked at. */
  readonly fileBytes: number
  /** First byte of the range. */
  readonly start: number
  /** First byte after the range. */
  readonly end: number
}

/** A gzipped file; there is no way to begin in its middle. */
export interface GzipPiece {
  readonly kind: 'gzip'
  readonly path: string
  /** Size of the file when it was looked at. */
  readonly fileBytes: number
}

/** Lines that one task reads from one file. */
export type FilePiece = RangePiece | GzipPiece

/** What shall be added to the tree of a workspace. */
export type Work =
  /** The first revisions of the workspace. */
  | { readonly kind: 'filled'; readonly count: number }
  /** Revisions of an array; on its way to another thread it must lie in shared memory. */
  | { readonly kind: 'array'; readonly revisions: BigUint64Array }
  | { readonly kind: 'files'; readonly pieces: readonly FilePiece[] }

/** One task as it crosses threads: the tree itself stays where it is. */
export interface BuildTask {
  readonly memory: WorkspaceMemory
  readonly state: SlotState
  readonly work: Work
}

/** What became of a task, as plain data: the class of an error would not survive the crossing. */
export type BuildAnswer =
  | { readonly kind: 'done'; readonly state: SlotState }
  /** It was told to stop. */
  | { readonly kind: 'stopped' }
  /** The tree cannot grow to hold all revisions between these two. */
  | { readonly kind: 'unfit'; readonly lowest: bigint; readonly highest: bigint }
  | BadLineAnswer
  | BadFileAnswer

/** A line of a file cannot be used. */
export interface BadLineAnswer {
  readonly kind: 'bad-line'
  readonly reason: string
  readonly isTooLong: boolean
  readonly place: LinePlace
}

/** A file cannot be read. */
interface BadFileAnswer {
  readonly kind: 'bad-file'
  readonly path: string
  readonly reason: string
  readonly cause?: unknown
}

/** Ends a task with an answer other than `done`. */
export class TaskFailure extends Error {
  readonly answer: BuildAnswer

  constructor(answer: BuildAnswer) {
    super(answer.kind)
    this.answer = answer
  }
}

/**
 * Lets everything else have its turn between two blocks of work.
 *
 * @throws TaskFailure when the task shall stop
 */
export type Pause = () => Promise<void>
