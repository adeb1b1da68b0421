import { asArray, asText, attribute, optional, read, type Reader } from '../../wire/index.js'
import {
  formatManifestCollection,
  formatSummary,
  parseSealed,
  readFileDigest,
  readManifestCollection,
  readSummary,
  seal,
  type FileDigest,
  type ManifestCollection,
} from '../manifest.js'
import type { SourceState } from './directory-target.js'
import { readWrittenForm, type WrittenForm } from './written-form.js'

const DECIMAL = /^\d{1,20}$/

/** A collection whose files are all there. */
export interface ProgressCollection extends ManifestCollection {
  /** The structure file first, then the data files in the order of reading. */
  readonly files: readonly FileDigest[]
  readonly source: SourceState | undefined
}

/** How far a dump is that may be cut off at any time. */
export interface DumpProgress {
  readonly form: WrittenForm
  /** Where the data comes from: that of another leader is not gone on with. */
  readonly serverId: string | undefined
  readonly database: string | undefined
  readonly collections: readonly ProgressCollection[]
}

/** Writes progress as the text of a file that shows any damage. */
export function formatProgress({ form, serverId, database, collections }: DumpProgress): string {
  return seal({
    form,
    ...(serverId === undefined ? {} : { serverId }),
    ...(database === undefined ? {} : { database }),
    collections: collections.map(formatCollection),
  })
}

/**
 * The inverse of {@link formatProgress}.
 *
 * @param path - of the file, for errors
 * @throws DumpFileError when it is damaged, WireFormatError when it is of another version
 */
export function parseProgress(text: string, path: string): DumpProgress {
  const reader = read(parseSealed(text, path), `dump file "${path}"`)
  return {
    form: readWrittenForm(attribute(reader, 'form')),
    serverId: optional(attribute(reader, 'serverId'), asText),
    database: optional(attribute(reader, 'database'), asText),
    collections: asArray(attribute(reader, 'collections')).map(readCollection),
  }
}

function formatCollection({ files, source, ...collection }: ProgressCollection): object {
  return {
    ...formatManifestCollection(collection),
    files,
    ...(source === undefined ? {} : { source: formatSource(source) }),
  }
}

function readCollection(reader: Reader): ProgressCollection {
  return {
    ...readManifestCollection(reader),
    files: asArray(attribute(reader, 'files')).map(readFileDigest),
    source: optional(attribute(reader, 'source'), readSource),
  }
}

function formatSource({ initialRangeMin, collectionId, ...summary }: SourceState): object {
  const id = collectionId === undefined ? {} : { collectionId }
  return { ...formatSummary(summary), initialRangeMin: initialRangeMin.toString(), ...id }
}

function readSource(reader: Reader): SourceState {
  const start = asText(attribute(reader, 'initialRangeMin'))
  const collectionId = optional(attribute(reader, 'collectionId'), asText)
  return {
    ...readSummary(reader),
    initialRangeMin: DECIMAL.test(start) ? BigInt(start) : 0n,
    ...(collectionId === undefined ? {} : { collectionId }),
  }
}
