import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { METADATA_FILE } from '../dump-metadata.js'
import { MANIFEST_FILE } from '../manifest.js'
import { PARTIAL_DIRECTORY, readIfThere, type PublishedPart } from '../partial-dump.js'
import { databaseDirectoryName } from './written-names.js'
import type { DirectoryDatabase } from './directory-target.js'

/** The files of one database, all made. */
export interface SealedDatabase {
  readonly database: DirectoryDatabase
  /** As {@link PublishedPart.from}. */
  readonly from: string
  readonly names: readonly string[]
}

/** Decides in which directory each database goes. */
export function placeDatabases(sealed: readonly SealedDatabase[]): readonly PublishedPart[] {
  const taken: string[] = []
  return sealed.map(({ database: { name, properties }, from, names }) => {
    const to = databaseDirectoryName(name, properties, taken)
    taken.push(to)
    return { from, to, names }
  })
}

/**
 * Finds the directories of an earlier dump of all databases that the new one has nothing for. Only
 * one that is called as the database in it is taken for such: others are somebody's dumps.
 *
 * @param path - of the directory that holds them
 * @param parts - of the new dump
 */
export async function findStalePlaces(
  path: string,
  parts: readonly PublishedPart[],
): Promise<readonly string[]> {
  const stale: string[] = []
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const { name } = entry
    if (!entry.isDirectory() || name === PARTIAL_DIRECTORY) continue
    if (parts.some(({ to }) => to === name)) continue
    if (await isOfTree(join(path, name), name)) stale.push(name)
  }
  return stale
}

async function isOfTree(directory: string, name: string): Promise<boolean> {
  for (const file of [METADATA_FILE, MANIFEST_FILE]) {
    const text = await readIfThere(directory, file).catch(() => undefined)
    if (text !== undefined && namesIn(text).includes(name)) return true
  }
  return false
}

/** Name and id of the database that a file speaks of. */
function namesIn(text: string): readonly unknown[] {
  try {
    const value = JSON.parse(text) as {
      readonly database?: unknown
      readonly properties?: { readonly id?: unknown } | null
    } | null
    return [value?.database, value?.properties?.id]
  } catch {
    return []
  }
}
