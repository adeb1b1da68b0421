import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  openDirectory,
  readManifest,
  type DirectoryTargetOptions,
} from '../../../lib/directory/index.js'
import { addChecksums, checksumChunk, EMPTY_CHECKSUM } from '../../../lib/merkle/index.js'
import type { Snapshot, SnapshotInventory, Source } from '../../../lib/replica/index.js'
import { copyInto } from './written-dump.js'

/** Every way to write a directory. */
export const WRITTEN_FORMS: readonly DirectoryTargetOptions[] = [
  {},
  { gzip: false },
  { envelope: true },
  { envelope: true, gzip: false },
  { splitBytes: 20_000 },
  { splitBytes: 20_000, envelope: true, gzip: false },
  { vpack: true },
  { vpack: true, gzip: false },
  { vpack: true, splitBytes: 20_000 },
  { format: '3.8' },
  { format: '3.8', envelope: true },
  { format: '3.8', splitBytes: 20_000, gzip: false },
]

/**
 * Reads a dump, writes it in a form, reads that, and compares: definitions, views, and each collection
 * by content and revision.
 *
 * @param only - names of the collections to do that with; all without them
 */
export async function assertRoundTrip(
  from: string,
  to: string,
  form: DirectoryTargetOptions,
  only?: readonly string[],
): Promise<void> {
  const source = await openDirectory(from)
  await copyInto(only === undefined ? source : withCollections(source, only), to, form)
  const [before, after] = [await describeContent(from, only), await describeContent(to, only)]
  // What a dump from before 3.5 does not tell of its database is made up of the name.
  before['properties'] ??= after['properties']
  assert.deepEqual(withoutComputed(after, form), withoutComputed(before, form))
  assertRoots(to, before['checksums'] as Record<string, { count: number; revisions: bigint }>)
}

/** Compares the roots of trees in the manifest with checksums of the data. */
function assertRoots(
  path: string,
  sums: Readonly<Record<string, { count: number; revisions: bigint }>>,
): void {
  const { collections } = readManifest(readFileSync(join(path, 'tidemark.json'), 'utf8'), path)
  const roots = collections.map(({ name, tree }) => [name, tree])
  const expected = Object.entries(sums).map(([name, { count, revisions }]) => {
    return [name, { count, hash: revisions }]
  })
  assert.deepEqual(Object.fromEntries(roots), Object.fromEntries(expected))
}

/** The source with some of its collections alone. */
function withCollections(source: Source, names: readonly string[]): Source {
  return {
    ...source,
    address: source.address,
    database: source.database,
    openSnapshot: async () => {
      const snapshot = await source.openSnapshot()
      const inventory = await snapshot.inventory()
      const collections = inventory.collections.filter(({ definition }) =>
        names.includes(definition.name),
      )
      return {
        tick: snapshot.tick,
        serverId: snapshot.serverId,
        inventory: () => Promise.resolve({ ...inventory, collections }),
        dump: (definition, options) => snapshot.dump(definition, options),
        tree: (definition, options) => snapshot.tree(definition, options),
        close: () => snapshot.close(),
      }
    },
    close: () => source.close(),
  }
}

/** What makes two databases equal: definitions and views, and each collection by content. */
async function describeContent(
  path: string,
  only: readonly string[] | undefined,
): Promise<Record<string, unknown>> {
  const source = await openDirectory(path)
  const chosen = only === undefined ? source : withCollections(source, only)
  const snapshot = await chosen.openSnapshot()
  const inventory = await snapshot.inventory()
  const { collections, views, properties } = inventory
  return {
    tick: snapshot.tick,
    properties,
    definitions: collections.map(({ definition }) => definition),
    views,
    checksums: await checksumsOf(snapshot, inventory),
  }
}

async function checksumsOf(
  snapshot: Snapshot,
  { collections }: SnapshotInventory,
): Promise<Record<string, unknown>> {
  const sums: Record<string, unknown> = {}
  for (const { definition } of collections) {
    let sum = EMPTY_CHECKSUM
    for await (const { chunk } of snapshot.dump(definition)) {
      sum = addChecksums(sum, checksumChunk(chunk))
    }
    sums[definition.name] = sum
  }
  return sums
}

/** Servers up to 3.8 have no computed values, so that their directories cannot tell of them. */
function withoutComputed(
  content: Record<string, unknown>,
  { format }: DirectoryTargetOptions,
): unknown {
  if (format !== '3.8') return content
  return JSON.parse(
    JSON.stringify(content, (name, value: unknown) => {
      if (name === 'computedValues') return undefined
      return typeof value === 'bigint' ? `${value}` : value
    }),
  )
}
