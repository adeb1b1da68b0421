import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { SliceSplitter } from '../../lib/wire/index.js'

/*
 * How arangorestore 3.12 reads a dump directory (client notes, sections 4.1 and 4.5), written down apart
 * from what the library does.
 */

const NEWLINE = 0x0a
/** How much it reads at one time. */
const BLOCK_BYTES = 1024 * 1024

/** What a structure file holds. */
export interface Structure {
  readonly parameters: Record<string, unknown> & { readonly name: string }
  readonly indexes: readonly Record<string, unknown>[]
}

/** A dump directory. */
export interface DumpFiles {
  readonly path: string
  /** The content of `dump.json`. */
  readonly metadata: {
    readonly database?: string
    readonly useEnvelope?: boolean
    readonly useVPack?: boolean
  }
  /** In the order in which they are restored. */
  readonly structures: readonly Structure[]
  readonly views: readonly Record<string, unknown>[]
}

/** What of a dump is restored. */
interface Restored {
  readonly includeSystem: boolean
  /** No others, and no views. */
  readonly collections: readonly string[] | undefined
}

/** Reads all but the documents. */
export async function readDumpFiles(
  path: string,
  { includeSystem, collections }: Restored,
): Promise<DumpFiles> {
  const names = await readdir(path)
  const readAll = (suffix: string): Promise<unknown[]> =>
    Promise.all(names.filter((name) => name.endsWith(suffix)).map((name) => readJson(path, name)))
  const metadata = (await readJson(path, 'dump.json')) as DumpFiles['metadata']
  const structures = (await readAll('.structure.json')).map((value) =>
    normalised(value as Structure),
  )
  const wanted = structures.filter(
    ({ parameters: { name } }) =>
      (includeSystem || !name.startsWith('_')) && (collections?.includes(name) ?? true),
  )
  const views = (await readAll('.view.json')) as DumpFiles['views'][number][]
  const chosen = collections === undefined ? views : []
  return { path, metadata, structures: wanted.sort(byOrder), views: chosen }
}

/** Old dumps have the indexes among the parameters. */
function normalised({ parameters, indexes }: Structure): Structure {
  const { indexes: inner, ...rest } = parameters
  const isInner = indexes.length === 0 && Array.isArray(inner)
  return isInner
    ? { parameters: rest, indexes: inner as Structure['indexes'] }
    : { parameters, indexes }
}

/** Those that are sharded like another one last; documents, system collections, then by name. */
function byOrder(a: Structure, b: Structure): number {
  const rank = ({ parameters: { name, type, distributeShardsLike } }: Structure): string =>
    [
      distributeShardsLike === undefined ? 0 : 1,
      type === 3 ? 1 : 0,
      name.startsWith('_') ? 0 : 1,
      name.toLowerCase(),
    ].join()
  return rank(a) < rank(b) ? -1 : 1
}

async function readJson(path: string, name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(path, name), 'utf8'))
}

/** The data files of a collection; split ones in their order. */
function dataFilesOf({ path, metadata }: DumpFiles, name: string): readonly string[] {
  const hash = createHash('md5').update(name).digest('hex')
  const suffix = metadata.useVPack === true ? 'vpack' : 'json'
  const whole = `${name}_${hash}.data.${suffix}`
  const known = [whole, `${whole}.gz`, `${name}.data.${suffix}.gz`]
  const found = known.map((file) => join(path, file)).find((file) => existsSync(file))
  if (found !== undefined) return [found]
  const parts: string[] = []
  for (;;) {
    const part = join(path, `${name}_${hash}.${parts.length}.data.${suffix}`)
    const file = [`${part}.gz`, part].find((candidate) => existsSync(candidate))
    if (file === undefined) return parts
    parts.push(file)
  }
}

async function* readBlocks(file: string, bytes = BLOCK_BYTES): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, { highWaterMark: bytes })
  const stream = file.endsWith('.gz') ? raw.pipe(createGunzip({ chunkSize: bytes })) : raw
  for await (const block of stream) yield block as Buffer
}

/**
 * The bodies that the documents of a collection are sent as: lines up to a size, cut before their last
 * newline, which begins the next body; or one VelocyPack array after the other.
 */
export async function* batchesOf(
  dump: DumpFiles,
  name: string,
  batchBytes: number,
): AsyncGenerator<Buffer> {
  for (const file of dataFilesOf(dump, name)) {
    yield* dump.metadata.useVPack === true ? arraysOf(file) : linesOf(file, batchBytes)
  }
}

async function* linesOf(file: string, batchBytes: number): AsyncGenerator<Buffer> {
  let buffer = Buffer.alloc(0)
  for await (const block of readBlocks(file, Math.min(batchBytes, BLOCK_BYTES))) {
    buffer = Buffer.concat([buffer, block])
    if (buffer.length < batchBytes) continue
    const end = buffer.lastIndexOf(NEWLINE)
    if (end <= 0) continue
    yield buffer.subarray(0, end)
    buffer = buffer.subarray(end)
  }
  if (buffer.length > 0) yield buffer
}

async function* arraysOf(file: string): AsyncGenerator<Buffer> {
  const splitter = new SliceSplitter()
  for await (const block of readBlocks(file)) {
    for (const array of splitter.split(block)) yield Buffer.from(array)
  }
  splitter.finish()
}
