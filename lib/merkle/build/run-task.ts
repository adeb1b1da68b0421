import { statSync } from 'node:fs'
import { describeReadError, describeSizeChange, FileBlocks, unreachable } from '../../core/index.js'
import { WORKSPACE_REVISIONS, type TreeWorkspace } from '../kernel/kernel.js'
import { BadLine } from './bad-line.js'
import {
  TaskFailure,
  type BadLineAnswer,
  type BuildAnswer,
  type BuildTask,
  type FilePiece,
  type Pause,
  type Work,
} from './build-task.js'
import { readGzip } from './read-gzip.js'
import { readRange } from './read-range.js'
import { TreeSlot } from './tree-slot.js'

const NEWLINE = 0x0a

/** A task whose workspace is at hand. */
export interface AttachedTask extends Omit<BuildTask, 'memory'> {
  readonly workspace: TreeWorkspace
}

/**
 * Adds revisions to the tree in a workspace: all there is to a task but the way to its thread. Once
 * it has failed or stopped, what the workspace holds is of no use.
 */
export async function runBuildTask(
  { workspace, state, work }: AttachedTask,
  pause: Pause,
): Promise<BuildAnswer> {
  const slot = new TreeSlot(workspace, state)
  const pauseOrStop = async (): Promise<void> => {
    await pause()
    if (slot.counters.isStopped) throw new TaskFailure({ kind: 'stopped' })
  }
  try {
    await doWork(slot, work, pauseOrStop)
    return { kind: 'done', state: slot.state }
  } catch (error) {
    if (error instanceof TaskFailure) return error.answer
    throw error
  }
}

async function doWork(slot: TreeSlot, work: Work, pause: Pause): Promise<void> {
  switch (work.kind) {
    case 'filled':
      slot.insert(work.count)
      await pause()
      return
    case 'array':
      await insertArray(slot, work.revisions, pause)
      return
    case 'files':
      for (const piece of work.pieces) await readPiece(slot, piece, pause)
      slot.flush()
      return
    default:
      unreachable(work, 'work')
  }
}

async function insertArray(slot: TreeSlot, revisions: BigUint64Array, pause: Pause): Promise<void> {
  for (let first = 0; first < revisions.length; first += WORKSPACE_REVISIONS) {
    const block = revisions.subarray(first, first + WORKSPACE_REVISIONS)
    slot.workspace.revisions.set(block)
    slot.insert(block.length)
    await pause()
  }
}

async function readPiece(slot: TreeSlot, piece: FilePiece, pause: Pause): Promise<void> {
  try {
    await (piece.kind === 'range' ? readRange(slot, piece, pause) : readGzip(slot, piece, pause))
  } catch (error) {
    const { path } = piece
    if (error instanceof BadLine) {
      throw new TaskFailure(findSizeChange(piece) ?? (await findBadLine(error, path, pause)))
    }
    if (!isSystemError(error)) throw error
    throw new TaskFailure({
      kind: 'bad-file',
      path,
      reason: describeReadError(error),
      cause: error,
    })
  }
}

/** A line that was cut because somebody writes the file is no bad line. */
function findSizeChange({ path, fileBytes }: FilePiece): BuildAnswer | undefined {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? fileBytes
  if (bytes === fileBytes) return undefined
  return { kind: 'bad-file', path, reason: describeSizeChange(fileBytes, bytes) }
}

/** Tells the errors of files and of zlib from those of this program. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error
}

/** Numbers of lines are counted only here: who wants one reads the file again. */
async function findBadLine(line: BadLine, path: string, pause: Pause): Promise<BadLineAnswer> {
  const { reason, isTooLong, byteOffset } = line
  const lineNumber = 1 + (await countNewlines(path, byteOffset, pause))
  return {
    kind: 'bad-line',
    reason,
    isTooLong,
    place: { lineNumber, byteOffset, source: path },
  }
}

/** Newlines among the first bytes of a file's content. */
async function countNewlines(path: string, bytes: number, pause: Pause): Promise<number> {
  let count = 0
  let restBytes = bytes
  for await (const block of new FileBlocks(path)) {
    const end = Math.min(restBytes, block.length)
    count += countIn(block.subarray(0, end))
    restBytes -= end
    if (restBytes === 0) break
    await pause()
  }
  return count
}

function countIn(block: Buffer): number {
  let count = 0
  for (let at = block.indexOf(NEWLINE); at >= 0; at = block.indexOf(NEWLINE, at + 1)) count += 1
  return count
}
