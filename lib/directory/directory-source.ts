import {
  formatAddress,
  type OperationOptions,
  type ReplicaNotice,
  type Snapshot,
  type Source,
} from '../replica/index.js'
import { compareWithManifest } from './compare-with-manifest.js'
import { DirectorySnapshot } from './directory-snapshot.js'
import { METADATA_FILE, type DumpMetadata } from './dump-metadata.js'
import { listDumpDirectory } from './list-directory.js'
import { readCollections, readViews } from './read-collections.js'

/** The dump of one database. */
export class DirectorySource implements Source {
  readonly address: string
  readonly database: string | undefined
  readonly #path: string
  readonly #metadata: DumpMetadata | undefined

  /**
   * @param metadata - undefined where there is no `dump.json`
   * @param database - its name, where it is known without that
   */
  constructor(path: string, metadata: DumpMetadata | undefined, database?: string) {
    this.address = formatAddress({ kind: 'directory', path })
    this.database = database ?? metadata?.database
    this.#path = path
    this.#metadata = metadata
  }

  onNotice: (notice: ReplicaNotice) => void = () => undefined

  async openSnapshot({ signal }: OperationOptions = {}): Promise<Snapshot> {
    const path = this.#path
    const metadata = this.#metadata
    const onWarning = (message: string): void => {
      this.onNotice({ kind: 'warning', message })
    }
    if (metadata === undefined) onWarning(`There is no ${METADATA_FILE} in "${path}"`)
    const names = await listDumpDirectory(path)
    for await (const missed of compareWithManifest(path, names)) onWarning(missed)
    const format = metadata?.format
    const collections = await readCollections({ directory: path, names, format, onWarning, signal })
    const views = await readViews(path, names)
    return new DirectorySnapshot({ path, metadata, collections, views })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
