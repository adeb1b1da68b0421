import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CopyOrigin, TargetCollection } from '../../replica/index.js'
import { formatExactJson } from '../../streams/index.js'
import type { CollectionDefinition, ViewDefinition } from '../../wire/index.js'
import { METADATA_FILE } from '../dump-metadata.js'
import { formatManifest, MANIFEST_FILE, type FileDigest } from '../manifest.js'
import { CollectionWriter, type WrittenData } from './collection-writer.js'
import type { CompletedCollection, DirectoryDatabase, SourceState } from './directory-target.js'
import { DirectoryTargetError } from './directory-target-error.js'
import { changeFile, syncDirectory, writeTextFile } from './durable-file.js'
import { formatMetadata } from './format-metadata.js'
import { ProgressKeeper } from './progress-keeper.js'
import { DIRECTORY_MODE, isDumpFileName } from './publish.js'
import type { ProgressCollection } from './progress.js'
import { formatStructure, knowsView } from './structure-file.js'
import { matchesDigest } from './matches-digest.js'
import type { WrittenForm } from './written-form.js'
import { namesOf, viewFileName } from './written-names.js'

const ENCRYPTION_FILE = 'ENCRYPTION'
const SYSTEM_DATABASE = '_system'

/** How the files of one database are made. */
export interface DraftOptions {
  /** Where they go in the end, for errors. */
  readonly address: string
  /** Where they are made. */
  readonly path: string
  readonly form: WrittenForm
  readonly database: DirectoryDatabase | undefined
  readonly createdAt: Date | undefined
  readonly signal: AbortSignal | undefined
}

/** The files of one database while they are made. */
export class DumpDraft {
  /** Called with what could not be written as it came, until it is set again. */
  onWarning: (message: string) => void = () => undefined
  readonly #options: DraftOptions
  readonly #progress: ProgressKeeper
  readonly #writers = new Map<string, CollectionWriter>()
  readonly #kept = new Set<string>()
  readonly #sources = new Map<string, SourceState>()
  readonly #views = new Map<string, FileDigest>()
  #database: DirectoryDatabase | undefined
  #origin: CopyOrigin | undefined

  private constructor(options: DraftOptions, progress: ProgressKeeper) {
    this.#options = options
    this.#progress = progress
    this.#database = options.database
  }

  /**
   * Goes on with what an earlier run has completed, and removes what it has not.
   *
   * @throws DirectoryTargetError when that run made other files than this one is to make
   */
  static async open(options: DraftOptions): Promise<DumpDraft> {
    const { path, address, form } = options
    const progress = await ProgressKeeper.open(path, address, form)
    const complete = progress.collections.flatMap(({ files }) => files.map(({ name }) => name))
    const isOfDump = new Set(complete)
    for (const name of await readdir(path)) {
      if (isDumpFileName(name) && !isOfDump.has(name)) await removeFile(path, name)
    }
    return new DumpDraft(options, progress)
  }

  /** Begins anew, in a place where nothing was made so far. */
  static create(options: DraftOptions): DumpDraft {
    return new DumpDraft(options, ProgressKeeper.create(options.path, options.form))
  }

  /** Attributes of the database, as far as they are known by now. */
  get database(): DirectoryDatabase {
    const found = this.#origin?.database
    const { name, properties } = this.#database ?? found ?? { name: SYSTEM_DATABASE }
    return { name, properties: properties ?? (found?.name === name ? found.properties : undefined) }
  }

  /** Collections that are complete. */
  completed(): readonly CompletedCollection[] {
    return this.#progress.collections.map(({ name, documents, removals, tree, source }) => {
      return { name, documents, removals, tree, source }
    })
  }

  describe(database: DirectoryDatabase): void {
    this.#database = database
  }

  noteSource(name: string, state: SourceState): void {
    this.#sources.set(name, state)
  }

  /** Keeps a complete collection if its files are as they were left. */
  async keep(name: string): Promise<boolean> {
    const { path, signal } = this.#options
    const collection = this.#progress.find(name)
    for (const file of collection?.files ?? []) {
      if (!(await matchesDigest(join(path, file.name), file, signal))) return false
    }
    if (collection !== undefined) this.#kept.add(name)
    return collection !== undefined
  }

  /** Begins a copy; what an earlier one of this process was writing is given up. */
  async begin(origin: CopyOrigin): Promise<void> {
    await this.abandon()
    const { path, address } = this.#options
    await changeFile(path, mkdir(path, { recursive: true, mode: DIRECTORY_MODE }))
    this.#origin = origin
    this.#views.clear()
    const { serverId } = origin
    const database = (this.#database ?? origin.database)?.name
    await this.#progress.setOrigin(address, { serverId, database })
  }

  async replaceCollection(definition: CollectionDefinition): Promise<TargetCollection> {
    const { name } = definition
    const kept = this.#kept.has(name) ? this.#progress.find(name) : undefined
    if (kept === undefined) {
      await this.drop(name)
      return this.#beginCollection(definition)
    }
    const structure = await this.#writeStructure(definition, kept.structure)
    await this.#progress.add({ ...kept, files: [structure, ...kept.files.slice(1)] })
    return keptCollection(this.#options.address, name)
  }

  /** The collection of that name that is being written. */
  collection(name: string): TargetCollection | undefined {
    return this.#writers.get(name)
  }

  async drop(name: string): Promise<void> {
    await this.#writers.get(name)?.abandon()
    this.#writers.delete(name)
    this.#kept.delete(name)
    const files = this.#progress.find(name)?.files ?? []
    await this.#progress.remove(name)
    for (const file of files) await removeFile(this.#options.path, file.name)
  }

  async replaceView(view: ViewDefinition): Promise<void> {
    const { path, form } = this.#options
    if (!knowsView(view, form.format)) {
      this.onWarning(
        `View "${view.name}" is left out: servers up to 3.8 have no type "${view.type}"`,
      )
      return
    }
    const taken = [...this.#views.entries()].filter(([name]) => name !== view.name)
    const file = viewFileName(
      view,
      taken.map(([, { name }]) => name),
    )
    this.#views.set(view.name, await writeTextFile(path, file, formatExactJson(view.properties)))
  }

  /**
   * Completes all collections, and makes what describes the whole.
   *
   * @returns the names of all files
   */
  async seal(): Promise<readonly string[]> {
    for (const writer of this.#writers.values()) await writer.finish()
    for (const { name } of this.#progress.collections) {
      if (!this.#writers.has(name) && !this.#kept.has(name)) await this.drop(name)
    }
    const { path } = this.#options
    const files = [
      ...this.#progress.collections.flatMap((collection) => collection.files),
      ...this.#views.values(),
      await writeTextFile(path, ENCRYPTION_FILE, 'none'),
      await writeTextFile(path, METADATA_FILE, this.#formatMetadata()),
    ].sort(byName)
    await writeTextFile(path, MANIFEST_FILE, this.#formatManifest(files))
    await syncDirectory(path)
    return [...files.map(({ name }) => name), MANIFEST_FILE]
  }

  /** Closes the files of collections that are not complete, and removes them; never rejects. */
  async abandon(): Promise<void> {
    for (const writer of this.#writers.values()) await writer.abandon()
    this.#writers.clear()
  }

  async #beginCollection(definition: CollectionDefinition): Promise<TargetCollection> {
    const { path, form, signal, address } = this.#options
    const { name } = definition
    const names = namesOf(definition, `${form.vpack ? 'vpack' : 'json'}${form.gzip ? '.gz' : ''}`)
    const structure = await this.#writeStructure(definition, names.structure)
    const writer = new CollectionWriter({
      path,
      names,
      form,
      signal,
      refuseRemoval: () => removalError(address, name, form),
      onFinished: (data) => this.#complete(name, structure, data),
    })
    this.#writers.set(name, writer)
    return writer
  }

  async #writeStructure(definition: CollectionDefinition, file: string): Promise<FileDigest> {
    const { path, form } = this.#options
    const { text, leftOut } = formatStructure(definition, form.format)
    for (const type of leftOut) {
      const what = `An index of type "${type}" of collection "${definition.name}"`
      this.onWarning(`${what} is left out: servers up to 3.8 do not know it`)
    }
    return writeTextFile(path, file, text)
  }

  async #complete(name: string, structure: FileDigest, data: WrittenData): Promise<void> {
    const { documents, removals } = data.written.result
    const collection: ProgressCollection = {
      name,
      structure: structure.name,
      data: data.files.map((file) => file.name),
      documents,
      removals,
      tree: data.written.tree,
      files: [structure, ...data.files],
      source: this.#sources.get(name),
    }
    await this.#progress.add(collection)
    if (data.rounded > 0) this.onWarning(roundedWarning(name, data.rounded))
  }

  #formatMetadata(): string {
    const { form, createdAt = new Date() } = this.#options
    const { tick } = this.#origin ?? {}
    return formatMetadata({ database: this.database, tick, createdAt, form })
  }

  #formatManifest(files: readonly FileDigest[]): string {
    const { form } = this.#options
    const { serverId, tick } = this.#origin ?? {}
    return formatManifest({
      database: this.database.name,
      serverId,
      tick,
      format: form.format,
      useEnvelope: form.envelope,
      useVPack: form.vpack,
      files,
      collections: [...this.#progress.collections].sort(byName),
    })
  }
}

/** A collection whose data stays as it is. */
function keptCollection(address: string, name: string): TargetCollection {
  const reason = `the data of collection "${name}" was kept as it is`
  return {
    write: () => Promise.reject(new DirectoryTargetError(address, 'unsuitable', reason)),
    createIndexes: () => Promise.resolve(),
    finish: () => Promise.resolve(),
  }
}

function removalError(path: string, name: string, { vpack }: WrittenForm): DirectoryTargetError {
  const way = vpack ? 'JSON data files with an envelope can' : 'data files with an envelope can'
  const reason = `collection "${name}" has removals, which only ${way} hold`
  return new DirectoryTargetError(path, 'unsuitable', reason)
}

function roundedWarning(name: string, count: number): string {
  const which = count === 1 ? '1 document' : `${count} documents`
  return `Numbers of ${which} of collection "${name}" lost digits: VelocyPack cannot hold them`
}

async function removeFile(directory: string, name: string): Promise<void> {
  const path = join(directory, name)
  await changeFile(path, rm(path, { force: true }))
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name)
}
