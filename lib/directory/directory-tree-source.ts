import { join } from 'node:path'
import {
  formatAddress,
  sortDatabases,
  type GlobalSnapshot,
  type OperationOptions,
  type ReplicaNotice,
  type Snapshot,
  type Source,
} from '../replica/index.js'
import { DirectoryError } from './directory-error.js'
import { DirectorySource } from './directory-source.js'
import { checkEncryption, readMetadata, type DumpMetadata } from './dump-metadata.js'
import { listDumpDirectory, severalDumps, type ListedTree } from './list-directory.js'

/** The dump of one database among those of all. */
interface InnerDump {
  readonly path: string
  readonly metadata: DumpMetadata | undefined
}

/** The dumps of all databases, each in a sub-directory. */
export class DirectoryTreeSource implements Source {
  readonly address: string
  readonly database: undefined
  readonly #path: string
  readonly #listed: ListedTree

  constructor(path: string, listed: ListedTree) {
    this.address = formatAddress({ kind: 'directory', path })
    this.#path = path
    this.#listed = listed
  }

  onNotice: (notice: ReplicaNotice) => void = () => undefined

  /** @throws DirectoryError since it is not said which one */
  openSnapshot(): Promise<Snapshot> {
    return Promise.reject(severalDumps(this.#path, this.#listed.dumps))
  }

  /**
   * Reads what each dump tells of itself. A database has the name that its `dump.json` gives, since the
   * sub-directory may be named by a number (client notes, 4.1), else that of the sub-directory.
   *
   * @throws DirectoryError when a dump is encrypted, or two are of one database
   */
  async openGlobalSnapshot({ signal }: OperationOptions = {}): Promise<GlobalSnapshot> {
    const inner = new Map<string, InnerDump>()
    for (const directory of this.#listed.dumps) {
      signal?.throwIfAborted()
      const path = join(this.#path, directory)
      const names = await listDumpDirectory(path)
      await checkEncryption(path, names)
      const metadata = await readMetadata(path, names)
      const database = nameOf(metadata) ?? directory
      const other = inner.get(database)
      if (other !== undefined) {
        const reason = `it is of database "${database}", as "${other.path}" is`
        throw new DirectoryError(path, reason)
      }
      inner.set(database, { path, metadata })
    }
    this.#tellOfOthers()
    return new DirectoryTreeSnapshot(inner)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #tellOfOthers(): void {
    for (const name of this.#listed.others) {
      const message = `Left out "${join(this.#path, name)}": there is no dump in it`
      this.onNotice({ kind: 'warning', message })
    }
  }
}

/** The dumps of all databases; each was taken at a time of its own. */
class DirectoryTreeSnapshot implements GlobalSnapshot {
  readonly tick: undefined
  readonly serverId: undefined
  readonly databases: readonly string[]
  readonly #inner: ReadonlyMap<string, InnerDump>

  constructor(inner: ReadonlyMap<string, InnerDump>) {
    this.databases = sortDatabases([...inner.keys()])
    this.#inner = inner
  }

  /** @throws RangeError when there is none of that name */
  source(database: string): Source {
    const inner = this.#inner.get(database)
    if (inner !== undefined) return new DirectorySource(inner.path, inner.metadata, database)
    throw new RangeError(`Cannot read database "${database}": there is no dump of it`)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

function nameOf(metadata: DumpMetadata | undefined): string | undefined {
  const name = metadata?.properties?.['name']
  return metadata?.database ?? (typeof name === 'string' && name !== '' ? name : undefined)
}
