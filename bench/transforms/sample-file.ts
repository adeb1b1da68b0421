import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { generateLines } from '../support/generate-lines.js'

const LINE_BYTES = 402
const BLOCK_LINES = 10_000

/**
 * Writes a file of lines of documents.
 *
 * @returns its bytes
 */
export async function writeLines(path: string, megabytes: number): Promise<number> {
  const blocks = Math.ceil((megabytes * 1e6) / (BLOCK_LINES * LINE_BYTES))
  await pipeline(Readable.from(blocksOf(blocks)), createWriteStream(path))
  return blocks * BLOCK_LINES * LINE_BYTES
}

function* blocksOf(count: number): Generator<Buffer> {
  for (let block = 0; block < count; block += 1) {
    yield generateLines(BLOCK_LINES, LINE_BYTES, block * BLOCK_LINES)
  }
}
