import { join } from 'node:path'
import { readIfThere } from '../partial-dump.js'
import { DirectoryTargetError } from './directory-target-error.js'
import { replaceTextFile } from './durable-file.js'
import {
  formatProgress,
  parseProgress,
  type DumpProgress,
  type ProgressCollection,
} from './progress.js'
import { findDifference, type WrittenForm } from './written-form.js'

/** Name of the file that says which collections are complete. */
const PROGRESS_FILE = 'progress.json'

/** Keeps in a file which collections are complete, for a run that goes on after this one. */
export class ProgressKeeper {
  readonly #path: string
  readonly #collections: Map<string, ProgressCollection>
  readonly #form: WrittenForm
  #serverId: string | undefined
  #database: string | undefined
  /** The writing of the file that was begun last; never rejects. */
  #last: Promise<void> = Promise.resolve()

  private constructor(path: string, { form, serverId, database, collections }: DumpProgress) {
    this.#path = path
    this.#form = form
    this.#serverId = serverId
    this.#database = database
    this.#collections = new Map(collections.map((collection) => [collection.name, collection]))
  }

  /** Begins anew; what may be in the file is not looked at. */
  static create(directory: string, form: WrittenForm): ProgressKeeper {
    const nothing = { form, serverId: undefined, database: undefined, collections: [] }
    return new ProgressKeeper(join(directory, PROGRESS_FILE), nothing)
  }

  /**
   * Reads what an earlier run has left, if there is something.
   *
   * @param directory - where the files are made
   * @param address - of the dump, for errors
   * @throws DirectoryTargetError when that run made other files than this one is to make;
   *   DumpFileError when the file is damaged
   */
  static async open(
    directory: string,
    address: string,
    form: WrittenForm,
  ): Promise<ProgressKeeper> {
    const path = join(directory, PROGRESS_FILE)
    const text = await readIfThere(directory, PROGRESS_FILE)
    if (text === undefined) return ProgressKeeper.create(directory, form)
    const progress = parseProgress(text, path)
    const option = findDifference(progress.form, form)
    if (option === undefined) return new ProgressKeeper(path, progress)
    const [was, is] = [String(progress.form[option]), String(form[option])]
    const reason = `the unfinished dump in it was begun with ${option} ${was}, not ${is}`
    throw new DirectoryTargetError(address, 'different', reason)
  }

  /** The collections that are complete, in the order in which they became so. */
  get collections(): readonly ProgressCollection[] {
    return [...this.#collections.values()]
  }

  /**
   * Says where the data comes from.
   *
   * @throws DirectoryTargetError when what is complete came from elsewhere
   */
  async setOrigin(
    address: string,
    { serverId, database }: Pick<DumpProgress, 'serverId' | 'database'>,
  ): Promise<void> {
    const isOther = differ(this.#serverId, serverId) || differ(this.#database, database)
    if (isOther && this.#collections.size > 0) {
      const reason = 'the unfinished dump in it is of another server or database'
      throw new DirectoryTargetError(address, 'different', reason)
    }
    this.#serverId = serverId
    this.#database = database
    await this.#save()
  }

  find(name: string): ProgressCollection | undefined {
    return this.#collections.get(name)
  }

  async add(collection: ProgressCollection): Promise<void> {
    this.#collections.set(collection.name, collection)
    await this.#save()
  }

  async remove(name: string): Promise<void> {
    if (this.#collections.delete(name)) await this.#save()
  }

  /** One after the other, each with what is true by then. */
  #save(): Promise<void> {
    const saved = this.#last.then(() =>
      replaceTextFile(
        this.#path,
        formatProgress({
          form: this.#form,
          serverId: this.#serverId,
          database: this.#database,
          collections: this.collections,
        }),
      ),
    )
    this.#last = saved.catch(() => undefined)
    return saved
  }
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b
}
