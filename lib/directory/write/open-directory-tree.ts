import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  formatAddress,
  sortDatabases,
  type GlobalCopy,
  type Snapshot,
  type TargetCopy,
} from '../../replica/index.js'
import type {
  DirectoryDatabases,
  DirectoryTarget,
  DirectoryTree,
  DirectoryTreeOptions,
} from './directory-target.js'
import { DirectoryTargetError } from './directory-target-error.js'
import { DraftTarget } from './draft-target.js'
import { DumpDraft, type DraftOptions } from './dump-draft.js'
import { PARTIAL_DIRECTORY } from '../partial-dump.js'
import { assertDirectory, PartialRoot } from './partial-root.js'
import { findStalePlaces, placeDatabases, type SealedDatabase } from './tree-places.js'
import { toWrittenForm } from './written-form.js'

const DRAFT_NAME = /^[0-9a-f]{32}$/

/**
 * Opens a directory for dumps of all databases, one sub-directory each, as arangodump makes it with
 * `--all-databases` (client notes, 4.1). What is in it stays until the copy of all has ended, and
 * unfinished copies are gone on with, as `openDirectoryTarget` does it.
 *
 * @throws as `openDirectoryTarget`
 */
export async function openDirectoryTree(
  path: string,
  { overwrite = false, continues = false, createdAt, signal, ...how }: DirectoryTreeOptions = {},
): Promise<DirectoryTree> {
  const form = toWrittenForm(how)
  const root = await PartialRoot.open(path, { overwrite, continues })
  const options = (name: string): DraftOptions => {
    const place = { address: path, path: join(root.partial, name), database: undefined }
    return { ...place, form, createdAt, signal }
  }
  try {
    const drafts = new Map<string, DumpDraft>()
    for (const name of await readdir(root.partial)) {
      if (!DRAFT_NAME.test(name)) continue
      await assertDirectory(path, join(PARTIAL_DIRECTORY, name))
      drafts.set(name, await DumpDraft.open(options(name)))
    }
    return new OpenTree(root, drafts, (name) => DumpDraft.create(options(name)))
  } catch (error) {
    await root.close(!root.isContinued)
    throw error
  }
}

class OpenTree implements DirectoryTree {
  readonly address: string
  readonly database = '_system'
  readonly keepsMark = false
  readonly #root: PartialRoot
  readonly #databases: OpenDatabases

  constructor(
    root: PartialRoot,
    drafts: Map<string, DumpDraft>,
    createDraft: (name: string) => DumpDraft,
  ) {
    this.address = formatAddress({ kind: 'directory', path: root.path })
    this.#root = root
    this.#databases = new OpenDatabases(root, drafts, createDraft)
  }

  openGlobal(): Promise<DirectoryDatabases> {
    return Promise.resolve(this.#databases)
  }

  /** @throws DirectoryTargetError always: it takes all databases, or none */
  beginCopy(): Promise<TargetCopy> {
    return Promise.reject(onlyAll(this.#root.path))
  }

  unfinishedCopy(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  /** @throws DirectoryTargetError always, as {@link beginCopy} */
  openSnapshot(): Promise<Snapshot> {
    return Promise.reject(onlyAll(this.#root.path))
  }

  async close(): Promise<void> {
    await this.#root.close(await this.#databases.abandon())
  }
}

class OpenDatabases implements DirectoryDatabases {
  readonly #root: PartialRoot
  /** By what stands for the database's name in the place where all are made. */
  readonly #drafts: Map<string, DumpDraft>
  readonly #createDraft: (name: string) => DumpDraft
  readonly #targets = new Map<string, DraftTarget>()
  readonly #sealed = new Map<string, SealedDatabase>()

  constructor(
    root: PartialRoot,
    drafts: Map<string, DumpDraft>,
    createDraft: (name: string) => DumpDraft,
  ) {
    this.#root = root
    this.#drafts = drafts
    this.#createDraft = createDraft
  }

  /** None: each is copied as a whole, and what is complete of it is kept by {@link target}. */
  databases(): Promise<readonly string[]> {
    return Promise.resolve([])
  }

  /** The same one each time. */
  target(database: string): DirectoryTarget {
    const target = this.#targets.get(database) ?? this.#openTarget(database)
    this.#targets.set(database, target)
    return target
  }

  #openTarget(database: string): DraftTarget {
    const from = createHash('md5').update(database).digest('hex')
    const draft = this.#drafts.get(from) ?? this.#createDraft(from)
    this.#drafts.set(from, draft)
    draft.describe({ name: database })
    return new DraftTarget({
      path: join(this.#root.path, database),
      draft,
      onSealed: (names) => {
        this.#sealed.set(database, { database: draft.database, from, names })
        return Promise.resolve()
      },
      onClose: () => Promise.resolve(),
    })
  }

  unfinishedCopy(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  async noteCopy(copy: GlobalCopy | undefined): Promise<void> {
    if (copy !== undefined) return
    const { path, stalePlaces } = this.#root
    const sealed = sortDatabases([...this.#sealed.keys()]).flatMap(
      (name) => this.#sealed.get(name) ?? [],
    )
    const parts = placeDatabases(sealed)
    const found = ['', ...stalePlaces, ...(await findStalePlaces(path, parts))]
    const stale = new Set(found.filter((place) => !parts.some(({ to }) => to === place)))
    const emptied = [...stale].map((to) => ({ from: '', to, names: [] }))
    await this.#root.publish([...emptied, ...parts])
  }

  dropDatabase(): Promise<void> {
    return Promise.reject(onlyAll(this.#root.path))
  }

  dropCollection(): Promise<void> {
    return Promise.reject(onlyAll(this.#root.path))
  }

  dropView(): Promise<void> {
    return Promise.reject(onlyAll(this.#root.path))
  }

  /** @returns true when no collection is complete, so that there is nothing to go on with */
  async abandon(): Promise<boolean> {
    const drafts = [...this.#drafts.values()]
    for (const draft of drafts) await draft.abandon()
    return drafts.every((draft) => draft.completed().length === 0)
  }
}

function onlyAll(path: string): DirectoryTargetError {
  const reason = 'it takes the dumps of all databases, each as a whole'
  return new DirectoryTargetError(path, 'unsuitable', reason)
}
