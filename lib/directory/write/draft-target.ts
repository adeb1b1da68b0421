import {
  formatAddress,
  type CopyOrigin,
  type OperationOptions,
  type ReplicaNotice,
  type Snapshot,
  type TargetCollection,
  type TargetCopy,
  type TargetRepair,
} from '../../replica/index.js'
import type { CollectionDefinition, ViewDefinition } from '../../wire/index.js'
import { openDirectory } from '../open-directory.js'
import type {
  CompletedCollection,
  DirectoryDatabase,
  DirectoryTarget,
  SourceState,
} from './directory-target.js'
import { DirectoryTargetError } from './directory-target-error.js'
import type { DumpDraft } from './dump-draft.js'

/** What a target of one database is made of. */
export interface DraftTargetOptions {
  /** Where the dump is going to be. */
  readonly path: string
  readonly draft: DumpDraft
  /** Called with the names of all files, once all are made. */
  readonly onSealed: (names: readonly string[]) => Promise<void>
  readonly onClose: () => Promise<void>
}

/** The files of a database as a target. */
export class DraftTarget implements DirectoryTarget {
  readonly address: string
  /** There is a dump or there is none; a part of one is nothing that other copies add to. */
  readonly keepsMark = false
  readonly #options: DraftTargetOptions

  constructor(options: DraftTargetOptions) {
    this.address = formatAddress({ kind: 'directory', path: options.path })
    this.#options = options
    options.draft.onWarning = (message) => {
      this.onNotice({ kind: 'warning', message })
    }
  }

  onNotice: (notice: ReplicaNotice) => void = () => undefined

  get database(): string {
    return this.#options.draft.database.name
  }

  describeDatabase(database: DirectoryDatabase): void {
    this.#options.draft.describe(database)
  }

  completedCollections(): readonly CompletedCollection[] {
    return this.#options.draft.completed()
  }

  keepCollection(name: string): Promise<boolean> {
    return this.#options.draft.keep(name)
  }

  noteSource(name: string, state: SourceState): void {
    this.#options.draft.noteSource(name, state)
  }

  async beginCopy(origin: CopyOrigin): Promise<TargetCopy> {
    await this.#options.draft.begin(origin)
    return new DraftCopy(this.#options)
  }

  unfinishedCopy(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  /** A view of the dump that is in the directory, which is the earlier one until the copy is finished. */
  async openSnapshot(options?: OperationOptions): Promise<Snapshot> {
    const source = await openDirectory(this.#options.path)
    return source.openSnapshot(options)
  }

  close(): Promise<void> {
    return this.#options.onClose()
  }
}

class DraftCopy implements TargetCopy {
  readonly #options: DraftTargetOptions

  constructor(options: DraftTargetOptions) {
    this.#options = options
  }

  replaceCollection(definition: CollectionDefinition): Promise<TargetCollection> {
    return this.#options.draft.replaceCollection(definition)
  }

  /** @throws DirectoryTargetError always: what is in a directory is written anew, not changed */
  openCollection(): Promise<TargetRepair | undefined> {
    return Promise.reject(this.#asWhole())
  }

  fillCollection(name: string): Promise<TargetCollection | undefined> {
    return Promise.resolve(this.#options.draft.collection(name))
  }

  dropCollection(name: string): Promise<void> {
    return this.#options.draft.drop(name)
  }

  /** @throws DirectoryTargetError always: it can be read once it is finished */
  openSnapshot(): Promise<Snapshot> {
    return Promise.reject(this.#asWhole())
  }

  replaceView(view: ViewDefinition): Promise<void> {
    return this.#options.draft.replaceView(view)
  }

  async finish(): Promise<void> {
    await this.#options.onSealed(await this.#options.draft.seal())
  }

  #asWhole(): DirectoryTargetError {
    const reason = 'a dump is written as a whole, and read when it is complete'
    return new DirectoryTargetError(this.#options.path, 'unsuitable', reason)
  }
}
