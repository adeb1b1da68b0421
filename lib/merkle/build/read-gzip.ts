import { FileBlocks } from '../../core/index.js'
import { TaskFailure, type GzipPiece, type Pause } from './build-task.js'
import type { TreeSlot } from './tree-slot.js'

/** Inflated bytes that may lie ready: inflating goes on in another thread while lines are read. */
const AHEAD_BYTES = 2 * 1024 * 1024

/**
 * Adds the lines of a gzipped file.
 *
 * @throws TaskFailure when the file is not what it was, or the task shall stop
 * @throws BadLine when a line cannot be used
 * @throws Error of zlib or the system when the file cannot be read
 */
export async function readGzip(
  slot: TreeSlot,
  { path, fileBytes }: GzipPiece,
  pause: Pause,
): Promise<void> {
  const { lines, counters } = slot
  const file = new FileBlocks(path, { aheadBytes: AHEAD_BYTES })
  let countedBytes = 0
  lines.begin(0)
  for await (const block of file) {
    insertBytes(slot, block)
    counters.addBytes(file.bytesRead - countedBytes)
    countedBytes = file.bytesRead
    await pause()
  }
  slot.finishLines()
  counters.addBytes(file.bytesRead - countedBytes)
  const reason = file.findFault(fileBytes)
  if (reason !== undefined) throw new TaskFailure({ kind: 'bad-file', path, reason })
}

function insertBytes(slot: TreeSlot, block: Buffer): void {
  for (let offset = 0; offset < block.length;) {
    const bytes = block.copy(slot.lines.space, 0, offset)
    offset += bytes
    slot.lines.take(bytes)
    slot.insertLines()
  }
}
