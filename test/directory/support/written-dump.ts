import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  openDirectory,
  openDirectoryTarget,
  type DirectoryTarget,
  type DirectoryTargetOptions,
} from '../../../lib/directory/index.js'
import type { CopyOrigin, Source, TargetCopy } from '../../../lib/replica/index.js'
import { tick } from '../../../lib/values/index.js'
import { parseCollectionDefinition, type CollectionDefinition } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'

/** A moment that dumps of tests are made at, so that their bytes are the same each time. */
export const CREATED_AT: Date = new Date('2026-01-02T03:04:05.678Z')

/** Where the data of tests comes from. */
export const ORIGIN: CopyOrigin = {
  address: 'http://leader:8529/_db/shop',
  serverId: '42',
  tick: tick(1234n),
  database: { name: 'shop', properties: { id: '7', name: 'shop', isSystem: false } },
}

/** The definition of a collection, as a source tells it. */
export function definitionOf(
  name: string,
  parameters: object = {},
  indexes: readonly object[] = [],
): CollectionDefinition {
  const value = { parameters: { name, type: 2, id: '11', ...parameters }, indexes }
  return parseCollectionDefinition(value, name)
}

/** Lines of documents with keys and revisions of their own. */
export function linesOf(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `k${first + index}`
    return `{"_key":"${key}","_id":"c/${key}","_rev":"_fTL${String(10000 + first + index)}--","n":${index}}`
  })
}

/** Writes collections of these lines, and finishes each. */
export async function writeCollections(
  copy: TargetCopy,
  collections: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [name, lines] of Object.entries(collections)) {
    const into = await copy.replaceCollection(definitionOf(name))
    if (lines.length > 0) await into.write(chunkOf(lines))
    await into.finish?.()
  }
}

/** Writes a whole dump of these collections. */
export async function writeDump(
  path: string,
  collections: Readonly<Record<string, readonly string[]>>,
  options: DirectoryTargetOptions = {},
): Promise<void> {
  await withDirectoryTarget(path, options, async (target) => {
    const copy = await target.beginCopy(ORIGIN)
    await writeCollections(copy, collections)
    await copy.finish()
  })
}

/** Opens a directory for writing, and closes it afterwards. */
export async function withDirectoryTarget(
  path: string,
  options: DirectoryTargetOptions,
  use: (target: DirectoryTarget) => Promise<void>,
): Promise<void> {
  const target = await openDirectoryTarget(path, { createdAt: CREATED_AT, ...options })
  try {
    await use(target)
  } finally {
    await target.close()
  }
}

/** Copies a source into a directory, with the collections that other copies leave out. */
export async function copyInto(
  source: Source,
  path: string,
  options: DirectoryTargetOptions = {},
): Promise<void> {
  const snapshot = await source.openSnapshot()
  const { collections, views, properties } = await snapshot.inventory()
  const { address, database: name = '_system' } = source
  const { serverId, tick: lastTick } = snapshot
  const origin = { address, serverId, tick: lastTick, database: { name, properties } }
  await withDirectoryTarget(path, options, async (target) => {
    const copy = await target.beginCopy(origin)
    for (const { definition } of collections) {
      const into = await copy.replaceCollection(definition)
      for await (const { chunk } of snapshot.dump(definition)) await into.write(chunk)
      await into.finish?.()
    }
    for (const view of views) await copy.replaceView(view)
    await copy.finish()
  })
}

/** The SHA-256 of each file of a directory and those inside it, by path. */
export async function hashesOf(path: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  const entries = await readdir(path, { withFileTypes: true })
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    hashes[name] = createHash('sha256')
      .update(await readFile(join(path, name)))
      .digest('hex')
  }
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const inner = await hashesOf(join(path, name))
    for (const [file, hash] of Object.entries(inner)) hashes[`${name}/${file}`] = hash
  }
  return hashes
}

/** Names of what is in a directory, in the order of their letters. */
export async function namesIn(path: string): Promise<readonly string[]> {
  return (await readdir(path)).sort()
}

/** The content of a data file, inflated where its name says that it is gzipped. */
export async function contentOf(path: string): Promise<Buffer> {
  const bytes = await readFile(path)
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

/** The documents of a collection of a directory, as the lines that reading gives. */
export async function readLines(path: string, name: string): Promise<readonly string[]> {
  const snapshot = await (await openDirectory(path)).openSnapshot()
  const { collections } = await snapshot.inventory()
  const found = collections.find(({ definition }) => definition.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  const lines: string[] = []
  for await (const { chunk } of snapshot.dump(found.definition)) {
    for (const entry of chunk.entries()) {
      lines.push(entry.kind === 'document' ? entry.bytes.toString() : `removal of ${entry.key}`)
    }
  }
  return lines
}
