import {
  formatAddress,
  type OperationOptions,
  type ReplicaNotice,
  type Snapshot,
  type Source,
} from '../replica/index.js'
import { DirectoryError } from './directory-error.js'
import { DirectorySnapshot } from './directory-snapshot.js'
import { checkEncryption, METADATA_FILE, readMetadata, type DumpMetadata } from './dump-metadata.js'
import { listDumpDirectory } from './list-directory.js'
import { readCollections, readViews } from './read-collections.js'

/**
 * Opens a directory that arangodump wrote, of any version, gzipped or not.
 *
 * @param path - of the directory; messages and chunks name files as this path and their name
 * @throws DirectoryError when it is not there, not a dump, encrypted, or of VelocyPack data
 * @throws DumpFileError, WireFormatError when `dump.json` cannot be read
 */
export async function openDirectory(path: string): Promise<Source> {
  const names = await listDumpDirectory(path)
  await checkEncryption(path, names)
  const metadata = await readMetadata(path, names)
  if (metadata?.isVelocyPack === true) {
    throw new DirectoryError(path, 'its data files are VelocyPack, which is not supported yet')
  }
  return new DirectorySource(path, metadata)
}

class DirectorySource implements Source {
  readonly address: string
  readonly database: string | undefined
  readonly #path: string
  readonly #metadata: DumpMetadata | undefined

  constructor(path: string, metadata: DumpMetadata | undefined) {
    this.address = formatAddress({ kind: 'directory', path })
    this.database = metadata?.database
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
    const collections = await readCollections({ directory: path, names, onWarning, signal })
    const views = await readViews(path, names)
    return new DirectorySnapshot({ path, metadata, collections, views })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
