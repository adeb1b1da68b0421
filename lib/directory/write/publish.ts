import { lstat, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OutputFileError } from '../../core/index.js'
import { METADATA_FILE } from '../dump-metadata.js'
import { MANIFEST_FILE } from '../manifest.js'
import { PARTIAL_DIRECTORY, type PublishedPart } from '../partial-dump.js'
import { changeFile, syncDirectory } from './durable-file.js'

/** Owner may do all, the group reads: what arangodump's directories let others do, less the world. */
export const DIRECTORY_MODE = 0o750

/** Names that only files of a dump have: what is left of an earlier one is removed by them. */
const DUMP_FILE = /\.(?:structure\.json|view\.json|data\.(?:json|vpack)(?:\.gz)?)$/
const DUMP_FILES: ReadonlySet<string> = new Set([
  METADATA_FILE,
  MANIFEST_FILE,
  'ENCRYPTION',
  'continue.json',
])

/**
 * Gives finished files their places, and removes what is left of an earlier dump in these. The files
 * that make a directory a dump go first and come last, so that at no time a part looks like a whole.
 *
 * @param path - of the directory
 * @param parts - those without names stand for places where an earlier dump is removed
 * @throws OutputFileError when a file cannot be moved; {@link withdraw} undoes what was done
 */
export async function publish(path: string, parts: readonly PublishedPart[]): Promise<void> {
  for (const { to } of parts) await assertInside(path, to)
  for (const { to } of parts) {
    const place = join(path, to)
    await removeFile(join(place, METADATA_FILE))
    // Else a power failure could bring it back, and leave files of the new dump beside it.
    if (await exists(place)) await syncDirectory(place)
  }
  for (const part of parts.filter(({ names }) => names.length > 0)) {
    const place = join(path, part.to)
    await changeFile(place, mkdir(place, { recursive: true, mode: DIRECTORY_MODE }))
    await moveFiles(path, part, (name) => name !== METADATA_FILE)
  }
  for (const { to, names } of parts) await removeStale(join(path, to), names, to !== '')
  for (const part of parts) await moveFiles(path, part, (name) => name === METADATA_FILE)
  await syncDirectory(path)
}

/**
 * Takes files back from the places that {@link publish} gave to some of them.
 *
 * @throws OutputFileError when a file cannot be moved
 */
export async function withdraw(path: string, parts: readonly PublishedPart[]): Promise<void> {
  for (const { to } of parts) await assertInside(path, to)
  // First what makes a directory look whole.
  for (const part of parts) {
    await takeBack(path, part, (name) => name === METADATA_FILE)
    if (await exists(join(path, part.to))) await syncDirectory(join(path, part.to))
  }
  for (const part of parts) await takeBack(path, part, (name) => name !== METADATA_FILE)
}

/** What a link is called by could have files moved and removed in any other place. */
async function assertInside(path: string, to: string): Promise<void> {
  if (to === '') return
  const place = join(path, to)
  const status = await lstat(place).catch(() => undefined)
  if (status?.isSymbolicLink() === true) throw new OutputFileError(place, 'it is a symbolic link')
}

/** Tells whether a file of that name is one of a dump. */
export function isDumpFileName(name: string): boolean {
  return DUMP_FILES.has(name) || DUMP_FILE.test(name)
}

async function moveFiles(
  path: string,
  { from, to, names }: PublishedPart,
  isWanted: (name: string) => boolean,
): Promise<void> {
  const wanted = names.filter(isWanted)
  if (wanted.length === 0) return
  for (const name of wanted) {
    const place = join(path, to, name)
    await changeFile(place, rename(join(path, PARTIAL_DIRECTORY, from, name), place))
  }
  await syncDirectory(join(path, to))
}

async function takeBack(
  path: string,
  { from, to, names }: PublishedPart,
  isWanted: (name: string) => boolean,
): Promise<void> {
  // The names are those of a file, which may have come from elsewhere with the directory.
  for (const name of names.filter((one) => isDumpFileName(one) && isWanted(one))) {
    const made = join(path, PARTIAL_DIRECTORY, from, name)
    const place = join(path, to, name)
    // What still is where it was made has not been moved: in its place is an older dump's file.
    if ((await exists(made)) || !(await exists(place))) continue
    await changeFile(made, rename(place, made))
  }
}

async function removeStale(
  place: string,
  kept: readonly string[],
  isOwnDirectory: boolean,
): Promise<void> {
  const names = await readdir(place).catch((): string[] => [])
  for (const name of names) {
    if (isDumpFileName(name) && !kept.includes(name)) await removeFile(join(place, name))
  }
  // One of a database that there is no more; what else is in it keeps it.
  if (isOwnDirectory && kept.length === 0) await rmdir(place).catch(() => undefined)
  else await syncDirectory(place)
}

async function removeFile(path: string): Promise<void> {
  await changeFile(path, rm(path, { force: true }))
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
