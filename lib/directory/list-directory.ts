import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSystemError } from '../core/index.js'
import { DirectoryError } from './directory-error.js'
import { METADATA_FILE } from './dump-metadata.js'

/** What a store keeps its data in: the address of one is easily written without `store:`. */
const STORE_FILE = 'data.mdb'

/** How the names of the files end that describe collections. */
export const STRUCTURE_SUFFIX = '.structure.json'

/**
 * Lists a dump directory.
 *
 * @returns the names of what is in it
 * @throws {@link DirectoryError} when it cannot be listed or nothing in it is of a dump
 */
export async function listDumpDirectory(path: string): Promise<ReadonlySet<string>> {
  const names = await listNames(path)
  if (holdsDump(names)) return names
  const reason = `there is neither ${METADATA_FILE} nor a file NAME${STRUCTURE_SUFFIX} in it`
  if (names.has(STORE_FILE)) {
    throw new DirectoryError(path, `${reason}; it is a store, whose address is store:PATH[#NAME]`)
  }
  const [inner] = await findInnerDumps(path, names)
  const hint = inner === undefined ? '' : `; it holds dumps such as "${inner}": name one of them`
  throw new DirectoryError(path, reason + hint)
}

/** Tells whether a path is a directory with the files of a dump; false for whatever is not there. */
export async function isDumpDirectory(path: string): Promise<boolean> {
  try {
    return holdsDump(await listNames(path))
  } catch (error) {
    if (error instanceof DirectoryError) return false
    throw error
  }
}

async function listNames(path: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(path))
  } catch (error) {
    throw new DirectoryError(path, describeSystemError(error), { cause: error })
  }
}

function holdsDump(names: ReadonlySet<string>): boolean {
  return names.has(METADATA_FILE) || [...names].some((name) => name.endsWith(STRUCTURE_SUFFIX))
}

/** The sub-directories of a dump of all databases (client notes, 4.1). */
async function findInnerDumps(
  path: string,
  names: ReadonlySet<string>,
): Promise<readonly string[]> {
  const inner = [...names].sort().map((name) => join(path, name))
  const areDumps = await Promise.all(inner.map(isDumpDirectory))
  return inner.filter((_, index) => areDumps[index] === true)
}
