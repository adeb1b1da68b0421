import { lstat, readdir, realpath } from 'node:fs/promises'
import { basename, join, resolve, sep } from 'node:path'
import { describeSystemError } from '../core/index.js'
import { DirectoryError } from './directory-error.js'
import { METADATA_FILE } from './dump-metadata.js'
import { MANIFEST_FILE } from './manifest.js'
import { PARTIAL_DIRECTORY, readPartialState, type PartialState } from './partial-dump.js'

/** What a store keeps its data in: the address of one is easily written without `store:`. */
const STORE_FILE = 'data.mdb'

/** How the names begin of what is beside the files of a dump while it is written. */
const OWN_PREFIX = '.tidemark-'

/** How the names of the files end that describe collections. */
export const STRUCTURE_SUFFIX = '.structure.json'

/** What is in a directory: the dump of one database, or sub-directories with those of several. */
export type ListedDirectory = ListedDump | ListedTree | UnfinishedDump

/** The dump of one database. */
export interface ListedDump {
  readonly kind: 'dump'
  /** The names of what is in the directory. */
  readonly names: ReadonlySet<string>
}

/** Sub-directories, of which at least one has to do with a dump. */
export interface ListedTree {
  readonly kind: 'tree'
  /** Names of the sub-directories that are dumps, in the order of their letters. */
  readonly dumps: readonly string[]
  /** Names of those in which a dump was not finished. */
  readonly unfinished: readonly string[]
  /** Names of those that have nothing to do with a dump. */
  readonly others: readonly string[]
}

/** A directory into which a dump is being written, or was until something ended that. */
export interface UnfinishedDump {
  readonly kind: 'unfinished'
}

/**
 * Looks at a directory of dumps.
 *
 * @throws {@link DirectoryError} when it cannot be listed, or nothing in it is of a dump
 */
export async function lookAtDirectory(path: string): Promise<ListedDirectory> {
  const names = await listNames(path)
  if (await isBroken(path, names)) return { kind: 'unfinished' }
  if (holdsDump(names)) return { kind: 'dump', names }
  const tree = await listTree(path, names)
  if (tree.dumps.length + tree.unfinished.length > 0) return tree
  if (names.has(PARTIAL_DIRECTORY)) return { kind: 'unfinished' }
  const reason = `there is neither ${METADATA_FILE} nor a file NAME${STRUCTURE_SUFFIX} in it`
  if (names.has(STORE_FILE)) {
    throw new DirectoryError(path, `${reason}; it is a store, whose address is store:PATH[#NAME]`)
  }
  throw new DirectoryError(path, reason)
}

/**
 * Lists a directory of dumps.
 *
 * @throws {@link DirectoryError} as {@link lookAtDirectory}, and when what is there is not whole yet
 */
export async function listDirectory(path: string): Promise<ListedDump | ListedTree> {
  const listed = await lookAtDirectory(path)
  if (listed.kind === 'unfinished') throw unfinished(path)
  if (listed.kind === 'dump') return listed
  const [inner] = listed.unfinished
  if (inner !== undefined) throw unfinished(join(path, inner))
  return listed
}

/**
 * Lists the dump of one database.
 *
 * @returns the names of what is in it
 * @throws {@link DirectoryError} as {@link listDirectory}, and when it holds the dumps of several
 */
export async function listDumpDirectory(path: string): Promise<ReadonlySet<string>> {
  const listed = await listDirectory(path)
  if (listed.kind === 'tree') throw severalDumps(path, listed.dumps)
  return listed.names
}

/** The error of whoever wants one database of a directory that has several. */
export function severalDumps(path: string, dumps: readonly string[]): DirectoryError {
  const example = join(path, dumps[0] ?? '')
  const reason = `it holds dumps of databases such as "${example}"`
  return new DirectoryError(path, `${reason}: name one of them, or ask for all databases`)
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
  if (names.has(METADATA_FILE) || names.has(MANIFEST_FILE)) return true
  return [...names].some((name) => name.endsWith(STRUCTURE_SUFFIX))
}

/**
 * Tells whether a directory may hold parts of a dump, rather than a whole one. While a dump is made the
 * directory is as it was, then its files get their places, {@link METADATA_FILE} last.
 */
async function isBroken(path: string, names: ReadonlySet<string>): Promise<boolean> {
  const own = basename(resolve(path))
  if (own === PARTIAL_DIRECTORY) return true
  if (names.has(METADATA_FILE)) return false
  if (names.has(PARTIAL_DIRECTORY)) return (await readState(path))?.isBroken !== false
  // A dump of all databases is made as one, in the directory around those of the databases.
  const around = await readState(join(path, '..'))
  return around?.isBroken === true && around.parts.some(({ to }) => to === own)
}

/** @returns undefined where nothing is being made, or it cannot be told what */
async function readState(path: string): Promise<PartialState | undefined> {
  return readPartialState(path).catch(() => undefined)
}

function unfinished(path: string): DirectoryError {
  const reason = 'a dump into it was not finished'
  return new DirectoryError(path, `${reason}; dump into it again, with --continue to go on`)
}

/** Looks for the sub-directories of a dump of all databases (client notes, 4.1). */
async function listTree(path: string, names: ReadonlySet<string>): Promise<ListedTree> {
  const found = {
    kind: 'tree' as const,
    dumps: [] as string[],
    unfinished: [] as string[],
    others: [] as string[],
  }
  for (const name of [...names].filter((one) => !isOwnName(one)).sort()) {
    const inner = join(path, name)
    const innerNames = await listNames(inner).catch(() => undefined)
    if (innerNames === undefined) continue
    const isDump = holdsDump(innerNames)
    if (isDump && (await leadsOut(path, inner))) throw outside(inner)
    if (await isUnfinished(inner, innerNames)) found.unfinished.push(name)
    else (isDump ? found.dumps : found.others).push(name)
  }
  return found
}

async function isUnfinished(path: string, names: ReadonlySet<string>): Promise<boolean> {
  return (names.has(PARTIAL_DIRECTORY) && !holdsDump(names)) || isBroken(path, names)
}

/** Tells whether a name is one of those that the writing of dumps uses for itself. */
export function isOwnName(name: string): boolean {
  return name.startsWith(OWN_PREFIX)
}

async function leadsOut(directory: string, inner: string): Promise<boolean> {
  if (!(await lstat(inner)).isSymbolicLink()) return false
  const home = await realpath(directory)
  return !(await realpath(inner)).startsWith(home.endsWith(sep) ? home : home + sep)
}

function outside(path: string): DirectoryError {
  return new DirectoryError(path, 'it is a symbolic link that leads out of the directory around it')
}
