/*
 * What does reading a gzipped dump cost beside inflating it? The peer is Node's gunzip alone, with blocks
 * of the same size, whose output is thrown away.
 */
import assert from 'node:assert/strict'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { CHUNK_BYTES } from '../../lib/core/index.js'
import { openDirectory } from '../../lib/directory/index.js'
import { compareSpeed, type Ratio } from '../support/ratio.js'
import { writeLines } from './sample-file.js'

const MEGABYTES = 200
const NAME = 'customers'
const STEM = `${NAME}_${createHash('md5').update(NAME).digest('hex')}`

/** Checks that both see all bytes, then measures. */
export async function compareGzip({ share = 1 }: { share?: number | undefined } = {}): Promise<
  readonly Ratio[]
> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  try {
    const bytes = await writeDump(join(directory, 'dump'), MEGABYTES * share)
    const read = (): Promise<number> => readDump(join(directory, 'dump'))
    const inflate = (): Promise<number> => gunzip(join(directory, 'dump', `${STEM}.data.json.gz`))
    assert.deepEqual([await read(), await inflate()], [bytes, bytes])
    const goal = { name: 'gzip: reading a dump to gunzip alone', bar: 0.8 }
    return [await compareSpeed(goal, read, inflate)]
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function writeDump(path: string, megabytes: number): Promise<number> {
  await mkdir(path)
  await writeFile(join(path, 'dump.json'), '{"database":"shop","lastTickAtDumpStart":"1"}')
  const parameters = { name: NAME, type: 2, globallyUniqueId: `h/${NAME}` }
  const structure = JSON.stringify({ indexes: [], parameters })
  await writeFile(join(path, `${STEM}.structure.json`), structure)
  const plain = join(path, 'lines')
  const bytes = await writeLines(plain, megabytes)
  const data = createWriteStream(join(path, `${STEM}.data.json.gz`))
  await pipeline(createReadStream(plain), createGzip(), data)
  await rm(plain)
  return bytes
}

async function readDump(path: string): Promise<number> {
  let bytes = 0
  const source = await openDirectory(path)
  const snapshot = await source.openSnapshot()
  for (const { definition } of (await snapshot.inventory()).collections) {
    for await (const { chunk } of snapshot.dump(definition)) bytes += chunk.buffer.length
  }
  await snapshot.close()
  await source.close()
  return bytes
}

async function gunzip(path: string): Promise<number> {
  let bytes = 0
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  await pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), async (blocks) => {
    for await (const block of blocks) bytes += (block as Buffer).length
  })
  return bytes
}
