import { createHash } from 'node:crypto'
import type { TreeSummary } from '../merkle/index.js'
import { formatTick, type Tick } from '../values/index.js'
import {
  asArray,
  asBoolean,
  asCount,
  asObject,
  asText,
  asTick,
  attribute,
  optional,
  read,
  refused,
  type Reader,
} from '../wire/index.js'
import { DumpFileError } from './directory-error.js'

/** Name of the file that says what a dump directory holds; arangorestore passes it over. */
export const MANIFEST_FILE = 'tidemark.json'

/** The only version of the manifest's form that there is so far. */
const FORMAT_VERSION = 1
const SHA256 = /^[0-9a-f]{64}$/
const HASH = /^\d{1,20}$/
const PLAIN_NAME = /^[^/\\\0]+$/

/** The generations of dump directories that can be written, named after servers. */
export type DirectoryFormat = '3.8' | '3.12'

/** A file of a dump directory as it was written. */
export interface FileDigest {
  /** Name inside the directory. */
  readonly name: string
  /** Size in bytes as it is stored: compressed ones of a compressed file. */
  readonly bytes: number
  /** SHA-256 of these bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string
}

/** What a manifest says of one collection. */
export interface ManifestCollection {
  readonly name: string
  /** Name of its structure file. */
  readonly structure: string
  /** Names of its data files in the order of reading; none where only structures were dumped. */
  readonly data: readonly string[]
  /** Documents in the data files. */
  readonly documents: number
  /** Removals in the data files (type 2302), which old dumps can have. */
  readonly removals: number
  /**
   * Root of the revision tree of the documents in the data files; undefined where one of them has no
   * revision that a tree can hold, or where there are removals.
   */
  readonly tree: TreeSummary | undefined
}

/** What a dump directory holds, said by whoever wrote it. */
export interface Manifest {
  /** Whose data it is; undefined where the source did not tell. */
  readonly database: string | undefined
  /** Id of the leader that the data came from, decimal; undefined where it has none. */
  readonly serverId: string | undefined
  /** Position of the data in the leader's log. */
  readonly tick: Tick | undefined
  readonly format: DirectoryFormat
  /** Whether lines are `{"type":2300,"data":{…}}` rather than bare documents. */
  readonly useEnvelope: boolean
  /** Whether data files are VelocyPack. */
  readonly useVPack: boolean
  /** Every file of the directory but the manifest, in the order of their names. */
  readonly files: readonly FileDigest[]
  /** In the order of their names. */
  readonly collections: readonly ManifestCollection[]
}

/**
 * Writes a manifest. Its last attribute is the SHA-256 of all others, as compact JSON in UTF-8; the
 * text itself has one attribute a line, so that people can read and compare it.
 */
export function formatManifest(manifest: Manifest): string {
  return seal(toJson(manifest))
}

/**
 * Reads the text of a manifest. Not one byte may differ from what is written of a manifest, so
 * that damage of any kind is seen.
 *
 * @param path - of the file, for errors
 * @throws DumpFileError when it is damaged or of a later version; WireFormatError when an attribute
 *   is missing or of a wrong type
 */
export function readManifest(text: string, path: string): Manifest {
  const value = parseSealed(text, path)
  const reader = read(value, `dump file "${path}"`)
  const version = asCount(attribute(reader, 'formatVersion'))
  if (version !== FORMAT_VERSION) {
    throw new DumpFileError(path, `it is of format version ${version}, which is not known`)
  }
  return {
    database: optional(attribute(reader, 'database'), asText),
    serverId: optional(attribute(reader, 'serverId'), asText),
    tick: optional(attribute(reader, 'tick'), asTick),
    format: readFormat(attribute(reader, 'format')),
    useEnvelope: asBoolean(attribute(reader, 'useEnvelope')),
    useVPack: asBoolean(attribute(reader, 'useVPack')),
    files: asArray(attribute(reader, 'files')).map(readFileDigest),
    collections: asArray(attribute(reader, 'collections')).map(readManifestCollection),
  }
}

/** Writes an object with one attribute a line, and the SHA-256 of all of them as the last one. */
export function seal(value: object): string {
  const sha256 = createHash('sha256').update(JSON.stringify(value)).digest('hex')
  return `${JSON.stringify({ ...value, sha256 }, null, 1)}\n`
}

/**
 * Reads what {@link seal} wrote.
 *
 * @returns the object without its seal
 * @throws DumpFileError when it is not, byte for byte
 */
export function parseSealed(text: string, path: string): object {
  let sealed: unknown
  try {
    sealed = JSON.parse(text)
  } catch (error) {
    throw new DumpFileError(path, 'it is not JSON', { cause: error })
  }
  const { sha256, ...value } = asObject(read(sealed, `dump file "${path}"`))
  if (typeof sha256 === 'string' && seal(value) === text) return value
  throw new DumpFileError(path, 'it is damaged: its content is not what its SHA-256 was made of')
}

/** Reads what is said of a file. */
export function readFileDigest(reader: Reader): FileDigest {
  return {
    name: asFileName(attribute(reader, 'name')),
    bytes: asCount(attribute(reader, 'bytes')),
    sha256: readMatching(attribute(reader, 'sha256'), SHA256, '64 hexadecimal digits'),
  }
}

/**
 * Reads the name of a file: one that leads out of the directory, as that of a dump which came from
 * elsewhere could, is refused.
 *
 * @throws WireFormatError when it is not the name of something in a directory
 */
export function asFileName(reader: Reader): string {
  const name = asText(reader)
  if (PLAIN_NAME.test(name) && name !== '.' && name !== '..') return name
  throw refused(reader, 'the name of a file without a path')
}

/** Reads what is said of a collection. */
export function readManifestCollection(reader: Reader): ManifestCollection {
  return {
    name: asText(attribute(reader, 'name')),
    structure: asFileName(attribute(reader, 'structure')),
    data: asArray(attribute(reader, 'data')).map(asFileName),
    documents: asCount(attribute(reader, 'documents')),
    removals: asCount(attribute(reader, 'removals')),
    tree: optional(attribute(reader, 'tree'), readSummary),
  }
}

/** The JSON form of what is said of a collection. */
export function formatManifestCollection(collection: ManifestCollection): object {
  const { name, structure, data, documents, removals, tree } = collection
  const root = tree === undefined ? {} : { tree: formatSummary(tree) }
  return { name, structure, data, documents, removals, ...root }
}

/** The JSON form of a tree's root: its hash as decimal text, since it has 64 bits. */
export function formatSummary({ count, hash }: TreeSummary): object {
  return { count, hash: hash.toString() }
}

/** The inverse of {@link formatSummary}. */
export function readSummary(reader: Reader): TreeSummary {
  const hash = readMatching(attribute(reader, 'hash'), HASH, 'a decimal number')
  return { count: asCount(attribute(reader, 'count')), hash: BigInt(hash) }
}

function toJson({ tick, collections, database, serverId, ...others }: Manifest): object {
  const { format, useEnvelope, useVPack, files } = others
  return {
    formatVersion: FORMAT_VERSION,
    ...(database === undefined ? {} : { database }),
    ...(serverId === undefined ? {} : { serverId }),
    ...(tick === undefined ? {} : { tick: formatTick(tick) }),
    format,
    useEnvelope,
    useVPack,
    files: files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    collections: collections.map(formatManifestCollection),
  }
}

/** Reads the name of a generation. */
export function readFormat(reader: Reader): DirectoryFormat {
  const { value } = reader
  if (value === '3.8' || value === '3.12') return value
  throw refused(reader, '"3.8" or "3.12"')
}

function readMatching(reader: Reader, pattern: RegExp, expected: string): string {
  const text = asText(reader)
  if (pattern.test(text)) return text
  throw refused(reader, expected)
}
