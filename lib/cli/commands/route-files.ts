import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { OutputFile } from '../../core/index.js'
import type { EntryChunk } from '../../streams/index.js'
import { UsageError } from '../usage-error.js'

/** Files that are open at one time. */
const FILES_MAX = 256
/** Names that lead nowhere else and that every file system takes. */
const PLAIN_NAME = /^[\p{L}\p{M}\p{N}_-][\p{L}\p{M}\p{N}_.@-]{0,63}$/u

/** Lines of documents for other collections: a file for each, seen once all of them are complete. */
export class RouteFiles {
  readonly #directory: string
  readonly #files = new Map<string, OutputFile>()

  constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * Writes lines behind those that the collection has.
   *
   * @throws UsageError for a name that makes no file, and for too many names; OutputFileError
   */
  async write(collection: string, chunks: readonly EntryChunk[]): Promise<void> {
    const file = this.#files.get(collection) ?? (await this.#create(collection))
    for (const { buffer } of chunks) await file.write(buffer)
  }

  /** Gives the files their names. */
  async finish(signal: AbortSignal): Promise<void> {
    for (const [collection, file] of this.#files) {
      await file.finish(signal)
      this.#files.delete(collection)
    }
  }

  /** Takes away what was not finished. */
  async abandon(): Promise<void> {
    for (const file of this.#files.values()) await file.abandon()
    this.#files.clear()
  }

  async #create(collection: string): Promise<OutputFile> {
    const action = `Cannot make a file for collection "${collection}"`
    if (!PLAIN_NAME.test(collection)) {
      throw new UsageError(`${action}: its name is not made of letters, digits and _ . @ -`)
    }
    if (this.#files.size >= FILES_MAX) {
      throw new UsageError(`${action}: there are ${FILES_MAX} already`)
    }
    await mkdir(this.#directory, { recursive: true })
    const file = await OutputFile.create(join(this.#directory, `${collection}.jsonl`))
    this.#files.set(collection, file)
    return file
  }
}
