import { writeFile } from 'node:fs/promises'
import type { DumpedChunk } from '../../../lib/replica/index.js'
import { createPatchWriter, type Difference, type PatchTotals } from '../../../lib/sync/index.js'
import { formatPatchHeader } from '../../../lib/sync/patch/patch-header.js'
import { EMPTY_PATCH } from '../../../lib/sync/patch/patch-totals.js'
import {
  parseCollectionDefinition,
  type CollectionDefinition,
  type JsonObject,
} from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { asyncBlocks } from '../../support/streams.js'

/** The replicas of a patch that a test writes. */
export const SIDES = { a: 'store:a', b: 'store:b' }
/** The id of patches that {@link writeLines} writes. */
export const PATCH_ID = '0123456789abcdef0123456789abcdef'

/** A collection as an inventory tells it. */
export function definitionOf(
  name: string,
  {
    type = 2,
    guid = `g/${name}`,
    indexes = [],
  }: { type?: 2 | 3; guid?: string; indexes?: readonly JsonObject[] } = {},
): CollectionDefinition {
  const parameters = { name, type, globallyUniqueId: guid }
  return parseCollectionDefinition({ parameters, indexes }, name)
}

/** Differences as a comparison tells them. */
export const differ = {
  different: (collection: string, key: string, a: string, b: string): Difference => ({
    kind: 'different',
    collection,
    key,
    paths: [],
    a: Buffer.from(a),
    b: Buffer.from(b),
  }),
  onlyInA: (collection: string, key: string, a: string): Difference => ({
    kind: 'onlyInA',
    collection,
    key,
    a: Buffer.from(a),
  }),
  onlyInB: (collection: string, key: string, b: string): Difference => ({
    kind: 'onlyInB',
    collection,
    key,
    b: Buffer.from(b),
  }),
  collectionOnlyInA: (
    definition: CollectionDefinition,
    ...chunks: readonly (readonly string[])[]
  ): Difference => ({
    kind: 'collectionOnlyInA',
    collection: definition.name,
    key: null,
    definition,
    documents: () => asyncBlocks(chunks.map(dumped)),
  }),
  collectionOnlyInB: (definition: CollectionDefinition): Difference => ({
    kind: 'collectionOnlyInB',
    collection: definition.name,
    key: null,
    definition,
  }),
}

function dumped(lines: readonly string[]): DumpedChunk {
  const chunk = chunkOf(lines, 'a dump')
  return { chunk, readBytes: chunk.buffer.length }
}

/** Writes a patch as a command does. */
export async function writePatch(
  path: string,
  differences: Iterable<Difference>,
): Promise<PatchTotals> {
  const writer = await createPatchWriter(path, SIDES)
  for (const difference of differences) await writer.write(difference)
  return writer.finish()
}

/** Writes a patch line by line, right or wrong; its first line is one of such a patch. */
export async function writeLines(
  path: string,
  lines: readonly string[],
  totals: Partial<PatchTotals> = {},
): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join('')
  const count = (type: number): number =>
    lines.filter((line) => line.startsWith(`{"type":${type},`)).length
  const header = formatPatchHeader({
    id: PATCH_ID,
    makes: SIDES.b,
    equalTo: SIDES.a,
    totals: {
      ...EMPTY_PATCH,
      made: count(2000),
      dropped: count(2001),
      documents: count(2300),
      removals: count(2302),
      bytes: Buffer.byteLength(text),
      ...totals,
    },
  })
  await writeFile(path, Buffer.concat([header, Buffer.from(text)]))
}
