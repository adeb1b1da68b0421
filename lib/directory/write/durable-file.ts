import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeWriteError, OutputFileError } from '../../core/index.js'
import type { FileDigest } from '../manifest.js'
import { DataFile } from './data-file.js'

/**
 * Writes a small file, which is on the disk when the promise resolves.
 *
 * @throws OutputFileError when it cannot be written
 */
export async function writeTextFile(
  directory: string,
  name: string,
  text: string,
): Promise<FileDigest> {
  const file = await createAnew(name, join(directory, name))
  await file.write(Buffer.from(text))
  return file.finish()
}

/**
 * As {@link writeTextFile}, but whoever reads sees the file as it was before or all of the new one.
 * After a power failure it may be as it was before.
 *
 * @throws OutputFileError when it cannot be written; then it is as it was before
 */
export async function replaceTextFile(path: string, text: string): Promise<void> {
  const growing = `${path}.tmp`
  const file = await createAnew(path, growing)
  await file.write(Buffer.from(text))
  await file.finish()
  await changeFile(path, rename(growing, path))
}

/** What is there is removed first, since a link could lead to a file anywhere. */
async function createAnew(name: string, path: string): Promise<DataFile> {
  await changeFile(path, rm(path, { force: true }))
  return DataFile.create(name, path, false)
}

/** Sees to it that names that were given or taken in a directory stay so after a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await changeFile(path, open(path, 'r'))
  try {
    await directory.sync()
  } catch {
    // Some file systems cannot do that for directories, and none says so in the same way.
  } finally {
    await directory.close()
  }
}

/** @throws OutputFileError when the operation fails that writes or moves the file */
export async function changeFile<Value>(path: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (error) {
    throw new OutputFileError(path, describeWriteError(error), { cause: error })
  }
}
