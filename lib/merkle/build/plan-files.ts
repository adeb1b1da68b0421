import { isGzipPath } from '../../core/index.js'
import type { FilePiece } from './build-task.js'

const MIB = 1024 * 1024
/** Ranges of plain files that each thread gets when the files are large enough. */
const RANGES_PER_WORKER = 4
/** A smaller range would cost more to hand out than it balances: it has 20,000 lines and more. */
const RANGE_BYTES_MIN = 8 * MIB
/** A larger one would leave threads without work at the end. */
const RANGE_BYTES_MAX = 64 * MIB
/** How long a compressed byte takes, in plain bytes: it is five bytes, inflated at a tenth. */
const GZIP_COST = 50

/** A file and its size. */
export interface SizedFile {
  readonly path: string
  readonly fileBytes: number
}

/** How {@link planFiles} cuts. */
export interface PlanOptions {
  /** Threads that share the work. */
  readonly workers: number
  /** Bytes of a range, where it is not to be found out. */
  readonly rangeBytes?: number | undefined
}

/**
 * Shares the reading of files out into tasks: large plain files are cut, small files go together. The
 * tasks that take longest come first, so that all threads come to their end at about one time.
 */
export function planFiles(
  files: readonly SizedFile[],
  { workers, rangeBytes = chooseRangeBytes(files, workers) }: PlanOptions,
): readonly (readonly FilePiece[])[] {
  const pieces = files.flatMap((file) =>
    isGzipPath(file.path) ? [{ kind: 'gzip' as const, ...file }] : cutFile(file, rangeBytes),
  )
  const ordered = pieces.toSorted((a, b) => costOf(b) - costOf(a))
  return gather(ordered, Math.min(rangeBytes, RANGE_BYTES_MIN))
}

function chooseRangeBytes(files: readonly SizedFile[], workers: number): number {
  const plain = files.filter(({ path }) => !isGzipPath(path))
  const bytes = plain.reduce((sum, { fileBytes }) => sum + fileBytes, 0)
  const share = Math.ceil(bytes / (RANGES_PER_WORKER * Math.max(1, workers)))
  return Math.min(RANGE_BYTES_MAX, Math.max(RANGE_BYTES_MIN, share))
}

function cutFile({ path, fileBytes }: SizedFile, rangeBytes: number): readonly FilePiece[] {
  const count = Math.ceil(fileBytes / rangeBytes)
  const offsetOf = (index: number): number => Math.round((fileBytes * index) / count)
  return Array.from({ length: count }, (_, index) => ({
    kind: 'range',
    path,
    fileBytes,
    start: offsetOf(index),
    end: offsetOf(index + 1),
  }))
}

function costOf(piece: FilePiece): number {
  return piece.kind === 'gzip' ? piece.fileBytes * GZIP_COST : piece.end - piece.start
}

/** Puts pieces together until they cost enough to be a task. */
function gather(pieces: readonly FilePiece[], costMin: number): readonly (readonly FilePiece[])[] {
  const tasks: FilePiece[][] = []
  let cost = costMin
  for (const piece of pieces) {
    if (cost >= costMin) {
      tasks.push([])
      cost = 0
    }
    tasks.at(-1)?.push(piece)
    cost += costOf(piece)
  }
  return tasks
}
