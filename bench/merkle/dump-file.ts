import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { generateLines } from '../support/generate-lines.js'

const LINE_BYTES = 402
const PIECE_LINES = 50_000

/** A dump file that was made for a bench. */
export interface BenchFile {
  readonly path: string
  readonly lines: number
  readonly bytes: number
}

/** Works with a new file of about so many bytes, gzipped if its name ends so, and removes it. */
export async function withDumpFile<Result>(
  name: string,
  bytes: number,
  work: (file: BenchFile) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  try {
    const pieces = Math.ceil(bytes / (PIECE_LINES * LINE_BYTES))
    const path = join(directory, name)
    await writeLines(path, pieces)
    const lines = pieces * PIECE_LINES
    return await work({ path, lines, bytes: lines * LINE_BYTES })
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function writeLines(path: string, pieces: number): Promise<void> {
  const file = createWriteStream(path)
  const gzip = path.endsWith('.gz') ? createGzip({ level: 1 }) : undefined
  gzip?.pipe(file)
  const target = gzip ?? file
  for (let piece = 0; piece < pieces; piece += 1) {
    const lines = generateLines(PIECE_LINES, LINE_BYTES, piece * PIECE_LINES)
    if (!target.write(lines)) await once(target, 'drain')
  }
  target.end()
  await finished(file)
}
