import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TargetCollection, WriteResult } from '../../replica/index.js'
import type { EntryChunk } from '../../streams/index.js'
import type { FileDigest } from '../manifest.js'
import { DataFile } from './data-file.js'
import { formatDocuments } from './format-documents.js'
import { DocumentPacker } from './pack-documents.js'
import { WrittenDocuments } from './written-documents.js'
import type { WrittenForm } from './written-form.js'
import type { CollectionNames } from './written-names.js'

/** Where a collection is written, and how. */
export interface CollectionWriterOptions {
  /** The directory that the files are made in. */
  readonly path: string
  readonly names: CollectionNames
  readonly form: WrittenForm
  readonly signal: AbortSignal | undefined
  /** Makes the error for a removal, where the form cannot tell of one. */
  readonly refuseRemoval: () => Error
  /** Called once, when all of the collection is on the disk. */
  readonly onFinished: (data: WrittenData) => Promise<void>
}

/** The data files of a collection, and what is in them. */
export interface WrittenData {
  readonly files: readonly FileDigest[]
  readonly written: WrittenDocuments
  /** Documents with numbers that lost digits in VelocyPack. */
  readonly rounded: number
}

/**
 * Writes the data files of one collection. What is asked for while something is being written is done
 * afterwards, in the order of asking.
 */
export class CollectionWriter implements TargetCollection {
  readonly #options: CollectionWriterOptions
  readonly #written = new WrittenDocuments()
  readonly #packer: DocumentPacker | undefined
  readonly #files: FileDigest[] = []
  #file: DataFile | undefined
  /** What was asked for last; never rejects. */
  #last: Promise<unknown> = Promise.resolve()
  #isFinished = false
  /** Why nothing more can be written. */
  #failure: Error | undefined

  constructor(options: CollectionWriterOptions) {
    const { form, refuseRemoval } = options
    this.#options = options
    this.#packer = form.vpack
      ? new DocumentPacker(this.#written, form.splitBytes, refuseRemoval)
      : undefined
  }

  /**
   * Resolves when the bytes are on their way to the file, of which no more than a few blocks wait.
   *
   * @throws OutputFileError when a file cannot be written; then the collection is of no use
   * @throws DumpLineError when a line is not an entry
   */
  write(chunk: EntryChunk): Promise<WriteResult> {
    return this.#enqueue(async () => {
      this.#options.signal?.throwIfAborted()
      const before = this.#written.result
      for (const piece of this.#pieces(chunk)) await this.#append(piece)
      return subtract(this.#written.result, before)
    })
  }

  /** Indexes stand in the structure file, which was made of the definition. */
  createIndexes(): Promise<void> {
    return Promise.resolve()
  }

  /**
   * Ends the data files; later calls do nothing.
   *
   * @throws OutputFileError as {@link write}, and what an earlier call has thrown
   */
  finish(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#isFinished) return
      if (!this.#options.form.structureOnly) await this.#finishFiles()
      this.#isFinished = true
      const { rounded = 0 } = this.#packer ?? {}
      await this.#options.onFinished({ files: this.#files, written: this.#written, rounded })
    })
  }

  /** Closes and removes what was written, unless the collection is finished; never rejects. */
  async abandon(): Promise<void> {
    await this.#last
    if (this.#isFinished) return
    this.#failure ??= new Error('Cannot write a collection: it was given up')
    await this.#file?.abandon()
    const names = [...this.#files.map(({ name }) => name), this.#fileName()]
    for (const name of names) await rm(this.#pathOf(name), { force: true }).catch(() => undefined)
  }

  #pieces(chunk: EntryChunk): Iterable<Buffer> {
    const { form, refuseRemoval } = this.#options
    return (
      this.#packer?.add(chunk) ??
      formatDocuments(chunk, {
        isEnveloped: form.envelope,
        isByLine: form.splitBytes !== undefined,
        written: this.#written,
        refuseRemoval,
      })
    )
  }

  async #append(piece: Buffer): Promise<void> {
    const { splitBytes = Infinity, structureOnly } = this.#options.form
    if (structureOnly) return
    const { contentBytes = 0 } = this.#file ?? {}
    if (contentBytes > 0 && contentBytes + piece.length > splitBytes) await this.#endFile()
    this.#file ??= await this.#createFile()
    await this.#file.write(piece)
  }

  async #finishFiles(): Promise<void> {
    const rest = this.#packer?.finish()
    if (rest !== undefined) await this.#append(rest)
    // A collection without documents has a file too, an empty one.
    if (this.#files.length === 0) this.#file ??= await this.#createFile()
    await this.#endFile()
  }

  #createFile(): Promise<DataFile> {
    const name = this.#fileName()
    return DataFile.create(name, this.#pathOf(name), this.#options.form.gzip)
  }

  async #endFile(): Promise<void> {
    if (this.#file === undefined) return
    this.#files.push(await this.#file.finish())
    this.#file = undefined
  }

  /** The name of the file that is being written, or of the next one. */
  #fileName(): string {
    const { form, names } = this.#options
    return names.data(form.splitBytes === undefined ? undefined : this.#files.length)
  }

  #pathOf(name: string): string {
    return join(this.#options.path, name)
  }

  /** Does things one after the other; after a failure nothing more is done. */
  #enqueue<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(async () => {
      if (this.#failure !== undefined) throw this.#failure
      try {
        return await work()
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error))
        throw error
      }
    })
    this.#last = done.catch(() => undefined)
    return done
  }
}

function subtract(a: WriteResult, b: WriteResult): WriteResult {
  return {
    documents: a.documents - b.documents,
    removals: a.removals - b.removals,
    bytes: a.bytes - b.bytes,
    replacedRevisions: a.replacedRevisions - b.replacedRevisions,
    futureRevisions: a.futureRevisions - b.futureRevisions,
  }
}
