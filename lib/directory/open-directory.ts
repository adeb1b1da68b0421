import type { Source } from '../replica/index.js'
import { DirectorySource } from './directory-source.js'
import { DirectoryTreeSource } from './directory-tree-source.js'
import { checkEncryption, readMetadata } from './dump-metadata.js'
import { listDirectory } from './list-directory.js'

/**
 * Opens a directory that arangodump wrote, of any version, gzipped or not, of one database or of all
 * databases: the source of the latter has only `openGlobalSnapshot`.
 *
 * @param path - of the directory; messages and chunks name files as this path and their name
 * @throws DirectoryError when it is not there, not a dump, encrypted, or not finished yet
 * @throws DumpFileError, WireFormatError when `dump.json` cannot be read
 */
export async function openDirectory(path: string): Promise<Source> {
  const listed = await listDirectory(path)
  if (listed.kind === 'tree') return new DirectoryTreeSource(path, listed)
  await checkEncryption(path, listed.names)
  return new DirectorySource(path, await readMetadata(path, listed.names))
}
