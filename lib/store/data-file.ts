import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

const FILE_NAME = 'data.mdb'
/** Bytes up to the end of what is looked at: page header, magic and version of LMDB's format. */
const HEADER_BYTES = 32
const MAGIC_OFFSET = 24
const MAGIC = 0xbeefc0de
const LMDB_FORMAT = 2
/** LMDB begins every file with two pages of this size or larger ones. */
const PAGE_BYTES = 4096

/** Opens the file of an LMDB directory that holds the data. */
export function openDataFile(directory: string): Promise<FileHandle> {
  return open(join(directory, FILE_NAME), 'r')
}

/**
 * Looks whether a directory holds LMDB's data: lmdb itself ends the process when it is given a file
 * of another kind.
 *
 * @returns `absent` for an empty file too, which LMDB takes as a new one
 */
export async function inspectDataFile(directory: string): Promise<'absent' | 'lmdb' | 'foreign'> {
  let file: FileHandle
  try {
    file = await openDataFile(directory)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'absent'
    if (code === 'ENOTDIR') return 'foreign'
    throw error
  }
  try {
    const { size } = await file.stat()
    if (size === 0) return 'absent'
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
    return size >= 2 * PAGE_BYTES && bytesRead === HEADER_BYTES && isLmdb(buffer)
      ? 'lmdb'
      : 'foreign'
  } finally {
    await file.close()
  }
}

function isLmdb(header: Buffer): boolean {
  const magic = header.readUInt32LE(MAGIC_OFFSET)
  return magic === MAGIC && header.readUInt32LE(MAGIC_OFFSET + 4) === LMDB_FORMAT
}
