import { lstat, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSystemError } from '../../core/index.js'
import { METADATA_FILE } from '../dump-metadata.js'
import {
  formatPartialState,
  PARTIAL_DIRECTORY,
  readPartialState,
  statePath,
  type PartialState,
  type PublishedPart,
} from '../partial-dump.js'
import { DirectoryLock } from './directory-lock.js'
import { DirectoryTargetError } from './directory-target-error.js'
import { changeFile, replaceTextFile, syncDirectory } from './durable-file.js'
import { DIRECTORY_MODE, publish, withdraw } from './publish.js'

/** Entries that a new file system has by itself. */
const NO_CONTENT: ReadonlySet<string> = new Set(['lost+found'])
/** What the place of making is called when all is done, until it is removed. */
const DONE_DIRECTORY = '.tidemark-done'
const NEW_STATE: PartialState = { isBroken: false, overwrites: false, parts: [] }

/** What may become of what a directory holds. */
export interface RootOptions {
  readonly overwrite: boolean
  readonly continues: boolean
}

/** A directory that is going to hold a dump, and the place in it where that is made. */
export class PartialRoot {
  /** The directory. */
  readonly path: string
  /** Where files are made until all of them are there. */
  readonly partial: string
  /** Whether an earlier run is gone on with. */
  readonly isContinued: boolean
  readonly #lock: DirectoryLock
  readonly #isNew: boolean
  #state: PartialState

  private constructor(place: RootPlace, lock: DirectoryLock, state: PartialState) {
    this.path = place.path
    this.partial = join(place.path, PARTIAL_DIRECTORY)
    this.isContinued = place.isContinued
    this.#isNew = place.isNew
    this.#lock = lock
    this.#state = state
  }

  /**
   * Makes the directory if it is missing, and takes it for this process. What an earlier run has made
   * stays for being continued, else it goes; what is in the directory itself stays until the end.
   *
   * @throws DirectoryTargetError when there is something in it that the options do not speak of, or
   *   another process writes into it; OutputFileError when nothing can be written there
   */
  static async open(path: string, options: RootOptions): Promise<PartialRoot> {
    const place = await findPlace(path, options)
    const partial = join(path, PARTIAL_DIRECTORY)
    await changeFile(partial, mkdir(partial, { recursive: true, mode: DIRECTORY_MODE }))
    const lock = await DirectoryLock.take(path, partial)
    try {
      const earlier = await readPartialState(path)
      const state = await beginState(path, earlier ?? NEW_STATE, place.isContinued, options)
      await replaceTextFile(statePath(path), formatPartialState(state))
      return new PartialRoot(place, lock, state)
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  /** Places that files were being put into, or removed from, when an earlier run was cut off. */
  get stalePlaces(): readonly string[] {
    return this.#state.parts.filter(({ names }) => names.length === 0).map(({ to }) => to)
  }

  /** {@link stalePlaces} inside the directory, as parts of which nothing is to be left. */
  get emptied(): readonly PublishedPart[] {
    const inside = this.stalePlaces.filter((to) => to !== '')
    return inside.map((to) => ({ from: '', to, names: [] }))
  }

  /**
   * Gives the files their places; the directory then holds the dump and nothing of an earlier one.
   *
   * @throws OutputFileError when that fails on the way; a continued run completes it
   */
  async publish(parts: readonly PublishedPart[]): Promise<void> {
    this.#state = { ...this.#state, isBroken: true, parts }
    await replaceTextFile(statePath(this.path), formatPartialState(this.#state))
    await syncDirectory(this.partial)
    await publish(this.path, parts)
    // In one step: what is left of it by a crash must not speak of a dump that is on its way.
    const done = join(this.path, DONE_DIRECTORY)
    await changeFile(done, rename(this.partial, done))
    await syncDirectory(this.path)
    await changeFile(done, rm(done, { recursive: true, force: true }))
  }

  /**
   * Lets others write into the directory; never rejects.
   *
   * @param isWorthless - nothing was made that a later run could go on with
   */
  async close(isWorthless: boolean): Promise<void> {
    await this.#lock.release()
    if (!isWorthless || this.#state.isBroken) return
    await rm(this.partial, { recursive: true, force: true }).catch(() => undefined)
    if (this.#isNew) await rmdir(this.path).catch(() => undefined)
  }
}

/** What was found where a dump is to be. */
interface RootPlace {
  readonly path: string
  /** There was nothing. */
  readonly isNew: boolean
  readonly isContinued: boolean
}

async function findPlace(path: string, options: RootOptions): Promise<RootPlace> {
  const names = await listNames(path)
  if (names === undefined) {
    await changeFile(path, mkdir(path, { recursive: true, mode: DIRECTORY_MODE }))
    return { path, isNew: true, isContinued: false }
  }
  if (names.includes(PARTIAL_DIRECTORY)) {
    await assertDirectory(path, PARTIAL_DIRECTORY)
    await DirectoryLock.assertFree(path, join(path, PARTIAL_DIRECTORY))
  }
  await changeFile(path, rm(join(path, DONE_DIRECTORY), { recursive: true, force: true }))
  const isUnfinished = (await readPartialState(path)) !== undefined
  const isContinued = isUnfinished && options.continues
  const others = names.filter((name) => name !== DONE_DIRECTORY && name !== PARTIAL_DIRECTORY)
  if (isUnfinished && !isContinued && !options.overwrite) {
    const reason = 'an unfinished dump is in it, to be continued or overwritten'
    throw new DirectoryTargetError(path, 'unfinished', reason)
  }
  if (!isContinued && !options.overwrite) refuseContent(path, others, options)
  return { path, isNew: false, isContinued }
}

/**
 * Makes sure that what was found in a directory is one itself: a link could have files written and
 * removed in any other place.
 *
 * @throws DirectoryTargetError
 */
export async function assertDirectory(path: string, name: string): Promise<void> {
  if ((await lstat(join(path, name))).isDirectory()) return
  const reason = `what is called "${name}" in it is not a directory`
  throw new DirectoryTargetError(path, 'inaccessible', reason)
}

function refuseContent(path: string, names: readonly string[], { continues }: RootOptions): void {
  if (names.every((name) => NO_CONTENT.has(name))) return
  if (continues && names.includes(METADATA_FILE)) {
    const reason = 'the dump in it is complete, and was not to be overwritten'
    throw new DirectoryTargetError(path, 'complete', reason)
  }
  const reason = 'it is not empty, and was not to be overwritten'
  throw new DirectoryTargetError(path, 'not-empty', reason)
}

/** @returns undefined when there is nothing of that name */
async function listNames(path: string): Promise<readonly string[] | undefined> {
  try {
    if ((await stat(path)).isDirectory()) return await readdir(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new DirectoryTargetError(path, 'inaccessible', describeSystemError(error), {
      cause: error,
    })
  }
  throw new DirectoryTargetError(path, 'inaccessible', 'it is not a directory')
}

/** Undoes what an earlier run has done to the directory, and forgets what it has made otherwise. */
async function beginState(
  path: string,
  earlier: PartialState,
  isContinued: boolean,
  { overwrite }: RootOptions,
): Promise<PartialState> {
  await withdraw(path, earlier.parts)
  if (!isContinued) {
    const partial = join(path, PARTIAL_DIRECTORY)
    for (const name of await readdir(partial)) {
      const isKept = join(partial, name) === statePath(path) || name.startsWith('owner.json')
      if (!isKept) await changeFile(partial, rm(join(partial, name), { recursive: true }))
    }
  }
  // In any of them parts of an earlier dump may be left, though nothing makes them look like one.
  const places = new Set(earlier.parts.map(({ to }) => to))
  const stale = [...places].map((to) => ({ from: '', to, names: [] }))
  const overwrites = overwrite || earlier.overwrites
  return { isBroken: earlier.isBroken, overwrites, parts: stale }
}
