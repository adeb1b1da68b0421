import { join } from 'node:path'
import type { Tick } from '../values/index.js'
import {
  asObject,
  asText,
  asTick,
  attribute,
  optional,
  read,
  type JsonObject,
  type Reader,
} from '../wire/index.js'
import { DirectoryError } from './directory-error.js'
import { readJsonFile, readTextFile } from './dump-file.js'
import type { DataFormat } from './file-names.js'

/** Name of the file that tells of the whole dump. */
export const METADATA_FILE = 'dump.json'
/** Name of the file that tells how data files are encrypted. */
export const ENCRYPTION_FILE = 'ENCRYPTION'

/** What a dump tells of itself; all of it may be missing. */
export interface DumpMetadata {
  /** The database that was dumped; information, not where the data must go. */
  readonly database: string | undefined
  readonly tick: Tick | undefined
  /** Attributes of the database. */
  readonly properties: JsonObject | undefined
  /** How the documents stand in the data files; undefined where the dump does not say, as before 3.12. */
  readonly format: DataFormat | undefined
}

/**
 * Reads `dump.json`.
 *
 * @param names - the files of the directory
 * @returns undefined when there is none
 * @throws DumpFileError when it is not JSON, WireFormatError when an attribute has a wrong type
 */
export async function readMetadata(
  directory: string,
  names: ReadonlySet<string>,
): Promise<DumpMetadata | undefined> {
  if (!names.has(METADATA_FILE)) return undefined
  const value = await readJsonFile(directory, METADATA_FILE)
  const reader = read(value, `dump file "${join(directory, METADATA_FILE)}"`)
  return {
    database: optional(attribute(reader, 'database'), asText),
    tick: optional(attribute(reader, 'lastTickAtDumpStart'), asTick),
    properties: optional(attribute(reader, 'properties'), asObject),
    format: formatOf(attribute(reader, 'useVPack')),
  }
}

function formatOf({ value }: Reader): DataFormat | undefined {
  if (typeof value !== 'boolean') return undefined
  return value ? 'vpack' : 'json'
}

/** @throws {@link DirectoryError} when the file `ENCRYPTION` names anything but `none` */
export async function checkEncryption(
  directory: string,
  names: ReadonlySet<string>,
): Promise<void> {
  if (!names.has(ENCRYPTION_FILE)) return
  const kind = (await readTextFile(directory, ENCRYPTION_FILE)).trim()
  if (kind !== 'none') {
    throw new DirectoryError(
      directory,
      `its files are encrypted ("${kind}"), which is not supported`,
    )
  }
}
