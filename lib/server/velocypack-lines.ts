import { setImmediate as nextTurn } from 'node:timers/promises'
import { JSON_DEPTH_MAX } from '../core/index.js'
import { SliceArray, VelocyPackWriter } from '../wire/index.js'

const NEWLINE = 0x0a
/** The envelope of a line is a level around its document. */
const DEPTH_MAX = JSON_DEPTH_MAX + 1

/** Blocks of whole lines, each line a JSON text. */
type LineBlocks = AsyncIterable<Buffer>

/**
 * Writes lines as VelocyPack values that follow each other without separators. Each block is
 * converted as it is asked for, with a turn for others after it.
 *
 * @throws VelocyPackError when a line holds a text that is not Unicode, or too large a number
 */
export async function* velocyPackLines(lines: LineBlocks): AsyncGenerator<Buffer, void, undefined> {
  const writer = new VelocyPackWriter({ depthMax: DEPTH_MAX })
  for await (const block of lines) {
    const slices: Buffer[] = []
    // The writer gives the same memory each time.
    for (const slice of slicesOf(block, writer)) slices.push(Buffer.from(slice))
    yield Buffer.concat(slices)
    await nextTurn()
  }
}

/** As {@link velocyPackLines}, gathered into one array. */
export async function gatherVelocyPackLines(lines: LineBlocks): Promise<SliceArray> {
  const writer = new VelocyPackWriter()
  const array = new SliceArray()
  for await (const block of lines) {
    for (const slice of slicesOf(block, writer)) array.add(slice)
    await nextTurn()
  }
  return array
}

function* slicesOf(block: Buffer, writer: VelocyPackWriter): Generator<Buffer, void, undefined> {
  for (let start = 0; start < block.length;) {
    const end = block.indexOf(NEWLINE, start)
    yield writer.write(block, start, end)
    start = end + 1
  }
}
