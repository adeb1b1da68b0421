import { mkdir, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createHybridClock, encodeRevision } from '../../lib/values/index.js'

/** A collection of a dump directory that is made for a test. */
export interface SampleDumpCollection {
  readonly name: string
  readonly count: number
  readonly isEdge?: boolean
  /** Bytes of filling in each document. Default: 100. */
  readonly fillBytes?: number
}

const WRITTEN_MS = Date.UTC(2025, 0, 1)
const BLOCK_LINES = 10_000

/** The file of a collection's data inside a dump directory. */
export function dataFileName(name: string): string {
  return `${stem(name)}.data.json.gz`
}

/** Writes a dump directory as arangodump does: bare lines, gzip, hashed names. */
export async function writeSampleDump(
  path: string,
  collections: readonly SampleDumpCollection[],
): Promise<void> {
  await mkdir(path, { recursive: true })
  await writeFile(
    join(path, 'dump.json'),
    JSON.stringify({ database: 'sample', lastTickAtDumpStart: '1000', useEnvelope: false }),
  )
  for (const collection of collections) await writeCollection(path, collection)
}

async function writeCollection(path: string, collection: SampleDumpCollection): Promise<void> {
  const { name, isEdge = false } = collection
  const parameters = { name, type: isEdge ? 3 : 2, globallyUniqueId: `hSAMPLE/${name}` }
  await writeFile(
    join(path, `${stem(name)}.structure.json`),
    JSON.stringify({ indexes: [], parameters }),
  )
  await writeFile(join(path, dataFileName(name)), gzipSync(dataOf(collection), { level: 1 }))
}

function dataOf({ name, count, isEdge = false, fillBytes = 100 }: SampleDumpCollection): Buffer {
  const clock = createHybridClock(0n, () => WRITTEN_MS)
  const blocks: Buffer[] = []
  let lines: string[] = []
  for (let index = 0; index < count; index += 1) {
    const ends = isEdge ? { _from: `a/${index}`, _to: `b/${index}` } : {}
    const document = {
      _key: `k${index}`,
      _id: `${name}/k${index}`,
      _rev: encodeRevision(clock.next()),
      ...ends,
      index,
      fill: 'x'.repeat(fillBytes),
    }
    lines.push(`${JSON.stringify(document)}\n`)
    if (lines.length < BLOCK_LINES && index + 1 < count) continue
    blocks.push(Buffer.from(lines.join('')))
    lines = []
  }
  return Buffer.concat(blocks)
}

function stem(name: string): string {
  return `${name}_${createHash('md5').update(name).digest('hex')}`
}
