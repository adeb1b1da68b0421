import { join } from 'node:path'
import {
  parseCollectionDefinition,
  parseViewDefinition,
  type CollectionDefinition,
  type ViewDefinition,
} from '../wire/index.js'
import { DumpFileError } from './directory-error.js'
import { readJsonFile, type DumpFile } from './dump-file.js'
import { METADATA_FILE } from './dump-metadata.js'
import { matchStem, type DataFormat } from './file-names.js'
import { findDataFiles } from './find-data-files.js'
import { STRUCTURE_SUFFIX } from './list-directory.js'

/** How the names of the files end that describe views. */
export const VIEW_SUFFIX = '.view.json'
const DATA_FILE = /^(.+?)(?:\.\d+)?\.data\.(?:json|vpack)(?:\.gz)?$/
const HASH = /_[0-9a-f]{32}$/

/** A collection of a dump directory. */
export interface DumpedCollection {
  readonly definition: CollectionDefinition
  /** Data, in the order of reading. */
  readonly files: readonly DumpFile[]
}

/**
 * Takes the name of a data file apart.
 *
 * @returns its beginning as it is, and without the hash; undefined when it is no name of a data file
 */
export function dataFileStems(name: string): readonly [string, string] | undefined {
  const stem = DATA_FILE.exec(name)?.[1]
  return stem === undefined ? undefined : [stem, stem.replace(HASH, '')]
}

/** How collections are read. */
export interface ReadCollectionsOptions {
  readonly directory: string
  readonly names: ReadonlySet<string>
  /** As {@link CollectionFiles} has it. */
  readonly format: DataFormat | undefined
  readonly onWarning: (message: string) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the structure files of a directory and finds the data of each.
 *
 * A definition without globallyUniqueId gets one that is the same at every reading: a system
 * collection its name, another `dump/NAME`.
 *
 * @returns collections in the order in which arangorestore makes them
 * @throws DumpFileError, WireFormatError when a file is not what it should be
 */
export async function readCollections(
  options: ReadCollectionsOptions,
): Promise<readonly DumpedCollection[]> {
  const { directory, names, onWarning, signal } = options
  const collections = new Map<string, DumpedCollection>()
  for (const file of withSuffix(names, STRUCTURE_SUFFIX)) {
    signal?.throwIfAborted()
    const collection = await readCollection(file, options)
    const { name, isDeleted } = collection.definition
    if (isDeleted) continue
    if (collections.has(name)) {
      onWarning(
        `Left out "${join(directory, file)}": collection "${name}" has another structure file`,
      )
    } else collections.set(name, collection)
  }
  warnOfUnclaimedData(collections, options)
  return [...collections.values()].sort(compareCollections)
}

/** Says which data no structure file tells of: nothing can be made of it, but somebody may miss it. */
function warnOfUnclaimedData(
  collections: ReadonlyMap<string, DumpedCollection>,
  { directory, names, onWarning }: ReadCollectionsOptions,
): void {
  const stems = withSuffix(names, STRUCTURE_SUFFIX).map((name) =>
    name.slice(0, -STRUCTURE_SUFFIX.length),
  )
  const known = new Set([...stems, ...collections.keys()])
  for (const name of names) {
    const forms = dataFileStems(name)
    if (forms === undefined || forms.some((stem) => known.has(stem))) continue
    onWarning(`Left out "${join(directory, name)}": no structure file tells of its collection`)
  }
}

/** Reads the definitions of the views of a directory. */
export async function readViews(
  directory: string,
  names: ReadonlySet<string>,
): Promise<readonly ViewDefinition[]> {
  const views: ViewDefinition[] = []
  for (const file of withSuffix(names, VIEW_SUFFIX)) {
    const value = await readJsonFile(directory, file)
    views.push(parseViewDefinition(value, `dump file "${join(directory, file)}"`))
  }
  return views
}

/** The names that end so: longest ones first, so that of `NAME_HASH` and `NAME` the first is seen first. */
export function withSuffix(names: ReadonlySet<string>, suffix: string): readonly string[] {
  const chosen = [...names].filter((name) => name.endsWith(suffix))
  return chosen.sort((a, b) => b.length - a.length || compareText(a, b))
}

async function readCollection(
  file: string,
  { directory, names, format, onWarning }: ReadCollectionsOptions,
): Promise<DumpedCollection> {
  const path = join(directory, file)
  const value = await readJsonFile(directory, file)
  const definition = parseCollectionDefinition(value, `dump file "${path}"`)
  const { name } = definition
  const base = matchStem(file.slice(0, -STRUCTURE_SUFFIX.length), definition)
  if (base === undefined) {
    throw new DumpFileError(path, `its name does not fit the collection "${name}" in it`)
  }
  const place = { directory, names, base, collection: name, format }
  const { files, ignored, isOfOtherForm } = await findDataFiles(place)
  if (files.length === 0)
    onWarning(`There is no data file of collection "${name}" in "${directory}"`)
  if (isOfOtherForm) {
    onWarning(
      `The data of collection "${name}" in "${directory}" is not of the form that ${METADATA_FILE} tells`,
    )
  }
  for (const other of ignored) {
    onWarning(`Left out "${join(directory, other)}": collection "${name}" has another data file`)
  }
  return { definition: withUniqueId(definition), files }
}

function withUniqueId(definition: CollectionDefinition): CollectionDefinition {
  if (definition.globallyUniqueId !== undefined) return definition
  const { name, isSystem, parameters } = definition
  const globallyUniqueId = isSystem ? name : `dump/${name}`
  return { ...definition, globallyUniqueId, parameters: { ...parameters, globallyUniqueId } }
}

/** The order of arangorestore (client notes, 4.5). */
function compareCollections(a: DumpedCollection, b: DumpedCollection): number {
  const [x, y] = [a.definition, b.definition]
  return (
    Number(followsPrototype(x)) - Number(followsPrototype(y)) ||
    x.type - y.type ||
    Number(y.isSystem) - Number(x.isSystem) ||
    compareText(x.name.toLowerCase(), y.name.toLowerCase()) ||
    compareText(x.name, y.name)
  )
}

function followsPrototype({ parameters }: CollectionDefinition): boolean {
  const prototype = parameters['distributeShardsLike']
  return typeof prototype === 'string' && prototype !== ''
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
