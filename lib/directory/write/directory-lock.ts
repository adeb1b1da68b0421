import { link, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import {
  currentOwner,
  describeWriteError,
  isAlive,
  OutputFileError,
  type ProcessOwner,
} from '../../core/index.js'
import { readTextFile } from '../dump-file.js'
import { DirectoryTargetError } from './directory-target-error.js'

const LOCK_FILE = 'owner.json'

/** Keeps other processes, and other targets of this one, from writing into the same directory. */
export class DirectoryLock {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /**
   * Takes the lock of a directory; that of a process that is gone is replaced.
   *
   * @param path - of the directory, for errors
   * @param partial - where the lock is kept
   * @throws DirectoryTargetError when somebody has it
   */
  static async take(path: string, partial: string): Promise<DirectoryLock> {
    const file = join(partial, LOCK_FILE)
    if (!(await create(file))) {
      await DirectoryLock.assertFree(path, partial)
      await removeDead(file)
      if (!(await create(file))) throw inUse(path, await readOwner(file))
    }
    return new DirectoryLock(file)
  }

  /** @throws DirectoryTargetError when a process that lives has the lock of a directory */
  static async assertFree(path: string, partial: string): Promise<void> {
    const owner = await readOwner(join(partial, LOCK_FILE))
    if (owner !== undefined && isAlive(owner)) throw inUse(path, owner)
  }

  /** Gives the lock back; never rejects. */
  async release(): Promise<void> {
    await rm(this.#file, { force: true }).catch(() => undefined)
  }
}

/**
 * Makes the lock with its content at once, so that nobody sees one without an owner.
 *
 * @returns false when there is one already
 */
async function create(path: string): Promise<boolean> {
  const content = JSON.stringify(currentOwner())
  const aside = `${path}.${randomBytes(4).toString('hex')}`
  try {
    await writeFile(aside, content, { flag: 'wx', mode: 0o640 })
    try {
      await link(aside, path)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      // A file system without links.
      await writeFile(path, content, { flag: 'wx', mode: 0o640 })
    } finally {
      await rm(aside, { force: true })
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw new OutputFileError(path, describeWriteError(error), { cause: error })
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/** @returns undefined for a file that nobody has */
async function readOwner(path: string): Promise<ProcessOwner | undefined> {
  try {
    const owner = JSON.parse(await readTextFile(dirname(path), basename(path))) as ProcessOwner
    return Number.isSafeInteger(owner.pid) && owner.pid > 0 ? owner : undefined
  } catch {
    return undefined
  }
}

/**
 * Takes the lock of a dead process away. Another process may do so at the same time and have made its
 * own since: that one is given back its name.
 */
async function removeDead(path: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`
  const isMoved = await rename(path, aside).then(
    () => true,
    () => false,
  )
  if (!isMoved) return
  const owner = await readOwner(aside)
  if (owner !== undefined && isAlive(owner)) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true }).catch(() => undefined)
}

function inUse(path: string, owner: ProcessOwner | undefined): DirectoryTargetError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid}`
  return new DirectoryTargetError(path, 'in-use', `${who} is writing into it`)
}
