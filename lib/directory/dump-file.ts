import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import {
  describeSizeChange,
  describeSystemError,
  JSON_BYTES_MAX,
  ReplicationError,
} from '../core/index.js'
import { parseExactJson } from '../streams/index.js'
import { DumpFileError } from './directory-error.js'

/** A regular file inside a dump directory. */
export interface DumpFile {
  /** The directory as it was given, and the file's name. */
  readonly path: string
  /** Size in bytes when the file was looked at. */
  readonly bytes: number
}

/**
 * Looks at a file of a directory. A symbolic link may lead to another place in the directory, but
 * not out of it: a dump that came from elsewhere could otherwise have any file of this machine read.
 *
 * @throws {@link DumpFileError} when it is missing, not a regular file, or outside the directory
 */
export async function openDumpFile(directory: string, name: string): Promise<DumpFile> {
  const path = join(directory, name)
  try {
    if ((await lstat(path)).isSymbolicLink()) await checkLink(directory, path)
    const status = await stat(path)
    if (!status.isFile()) throw new DumpFileError(path, 'it is not a regular file')
    return { path, bytes: status.size }
  } catch (error) {
    if (error instanceof ReplicationError) throw error
    throw new DumpFileError(path, describeSystemError(error), { cause: error })
  }
}

/**
 * Makes sure that a file still has the size that was seen when the directory was opened.
 *
 * @throws {@link DumpFileError} when it has another one, or is gone
 */
export async function checkSize({ path, bytes }: DumpFile): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw new DumpFileError(path, describeSystemError(error), { cause: error })
  })
  if (found.size !== bytes) throw new DumpFileError(path, describeSizeChange(bytes, found.size))
}

/**
 * Reads a file of a directory as text.
 *
 * @throws {@link DumpFileError} as {@link openDumpFile}, and when it is too large or not UTF-8
 */
export async function readTextFile(directory: string, name: string): Promise<string> {
  const { path, bytes } = await openDumpFile(directory, name)
  if (bytes > JSON_BYTES_MAX) {
    throw new DumpFileError(path, `it is larger than ${JSON_BYTES_MAX} bytes`)
  }
  let content: Buffer
  try {
    content = await readFile(path)
  } catch (error) {
    throw new DumpFileError(path, describeSystemError(error), { cause: error })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch (error) {
    throw new DumpFileError(path, 'it is not UTF-8', { cause: error })
  }
}

/**
 * Reads a JSON file of a directory; numbers that JavaScript cannot hold are kept as text.
 *
 * @throws {@link DumpFileError} as {@link readTextFile}, and when it is not JSON
 */
export async function readJsonFile(directory: string, name: string): Promise<unknown> {
  const text = await readTextFile(directory, name)
  try {
    return parseExactJson(text)
  } catch (error) {
    throw new DumpFileError(join(directory, name), 'it is not JSON', { cause: error })
  }
}

async function checkLink(directory: string, path: string): Promise<void> {
  const home = await realpath(directory)
  const target = await realpath(path)
  if (target.startsWith(home.endsWith(sep) ? home : home + sep)) return
  throw new DumpFileError(path, 'it is a symbolic link that leads out of the directory')
}
