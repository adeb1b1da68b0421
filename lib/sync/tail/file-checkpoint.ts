import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describeSystemError } from '../../core/index.js'
import type { LogPosition } from '../../replica/index.js'
import { CheckpointError } from './checkpoint-error.js'
import type { CheckpointStore } from './checkpoint-store.js'
import { foreignFile, formatCheckpoint, parseCheckpoint } from './checkpoint-text.js'

/** A checkpoint has a few hundred bytes, and 23 more for each transaction that is open. */
const CHECKPOINT_BYTES_MAX = 1024 * 1024
const OWNER_ONLY = 0o600
/** What is added to the name of a checkpoint while it is being written. */
const UNFINISHED = /^\.[0-9a-f]{8}\.tmp$/

/**
 * Keeps a position in a file of JSON that only its owner can read. Each save writes a new file beside
 * it, waits for the disk, and renames it: a crash leaves the old position or the new one. One process
 * at a time may use a file.
 *
 * @param path - of the file; its directory has to be there. A link is followed, and stays
 * @returns `load` and `save` reject with a {@link CheckpointError} when the file cannot be read or
 *   written, or holds something else
 * @throws TypeError when the path is empty
 */
export function fileCheckpoint(path: string): CheckpointStore {
  if (path === '') throw new TypeError('Cannot keep a checkpoint: its file has no name')
  const suffix = `.${randomBytes(4).toString('hex')}.tmp`
  let lastSave: Promise<unknown> = Promise.resolve()
  return {
    async load() {
      await lastSave
      return loadPosition(path)
    },
    save(position) {
      const saving = lastSave.then(() => savePosition(path, suffix, position))
      // Whoever saves gets the failure; the next save is another try.
      lastSave = saving.catch(() => undefined)
      return saving
    },
  }
}

async function loadPosition(path: string): Promise<LogPosition | undefined> {
  try {
    const { target, bytes } = await findPlace('read', path)
    await removeUnfinished(target)
    if (bytes === undefined) return undefined
    if (bytes > CHECKPOINT_BYTES_MAX) throw foreignFile(path)
    return parseCheckpoint(await readFile(target, 'utf8'), path)
  } catch (error) {
    throw asCheckpointError('read', path, error)
  }
}

async function savePosition(path: string, suffix: string, position: LogPosition): Promise<void> {
  try {
    const { target } = await findPlace('save', path)
    await writeDurably(target + suffix, formatCheckpoint(position))
    await rename(target + suffix, target)
    await syncDirectory(dirname(target))
  } catch (error) {
    throw asCheckpointError('save', path, error)
  }
}

/**
 * Finds the file behind links, since renaming would replace the link.
 *
 * @returns `bytes` undefined while there is no file
 */
async function findPlace(
  action: 'read' | 'save',
  path: string,
): Promise<{ readonly target: string; readonly bytes: number | undefined }> {
  const target = await realpath(path).catch(() => path)
  const status = await stat(target).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  })
  if (status?.isFile() === false) {
    throw new CheckpointError(action, path, 'it is not a regular file')
  }
  return { target, bytes: status?.size }
}

/** A file of that name is one that an earlier save could not finish. */
async function writeDurably(path: string, text: string): Promise<void> {
  await rm(path, { force: true })
  const file = await open(path, 'wx', OWNER_ONLY)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a new name durable. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * Removes what processes left that were killed in the middle of a save. It also finds out, before
 * any work is done, whether the directory is there.
 */
async function removeUnfinished(target: string): Promise<void> {
  const directory = dirname(target)
  const name = basename(target)
  for (const entry of await readdir(directory)) {
    if (!entry.startsWith(name) || !UNFINISHED.test(entry.slice(name.length))) continue
    await rm(join(directory, entry), { force: true })
  }
}

function asCheckpointError(action: 'read' | 'save', path: string, error: unknown): CheckpointError {
  if (error instanceof CheckpointError) return error
  return new CheckpointError(action, path, describeFailure(error), { cause: error })
}

function describeFailure(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its directory is not there'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'this user has no permission for it, or for its directory'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'there is no space left on its disk'
    default:
      return describeSystemError(error)
  }
}
