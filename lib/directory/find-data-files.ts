import { join } from 'node:path'
import { DumpFileError } from './directory-error.js'
import { openDumpFile, type DumpFile } from './dump-file.js'
import { dataFileNames, splitFileNames } from './file-names.js'

/** A collection's place among the files of a directory. */
export interface CollectionFiles {
  readonly directory: string
  /** All names in the directory. */
  readonly names: ReadonlySet<string>
  /** What stands for the collection's name in names of files. */
  readonly base: string
  readonly collection: string
}

/** The files with a collection's data. */
export interface FoundDataFiles {
  /** To be read in this order; none for a collection without data. */
  readonly files: readonly DumpFile[]
  /** Files that hold data of the collection too, but come later in the order of choice. */
  readonly ignored: readonly string[]
}

/**
 * Finds the data of a collection: one file, or the parts of a split one.
 *
 * @throws DumpFileError when a part is missing, the data is VelocyPack, or a file cannot be opened
 */
export async function findDataFiles(place: CollectionFiles): Promise<FoundDataFiles> {
  const { directory, names, base, collection } = place
  const present = dataFileNames(base, collection, 'json').filter((name) => names.has(name))
  const [first, ...others] = present
  const chosen = first === undefined ? checkNoData(place) : choose(place, first)
  const files: DumpFile[] = []
  for (const name of chosen) files.push(await openDumpFile(directory, name))
  return { files, ignored: others.filter((name) => !chosen.includes(name)) }
}

function choose(place: CollectionFiles, first: string): readonly string[] {
  return splitNames(place, 0).includes(first) ? takeParts(place) : [first]
}

function splitNames({ base, collection }: CollectionFiles, part: number): readonly string[] {
  return splitFileNames(base, collection, { format: 'json', part })
}

/** The numbers of the parts that are there, in order. */
function listParts(place: CollectionFiles): readonly number[] {
  const numbers = [...place.names].flatMap((name) => {
    const digits = /\.(\d{1,9})\.data\.json(?:\.gz)?$/.exec(name)?.[1]
    const part = Number(digits)
    return digits !== undefined && splitNames(place, part).includes(name) ? [part] : []
  })
  return [...new Set(numbers)].sort((a, b) => a - b)
}

function takeParts(place: CollectionFiles): readonly string[] {
  return listParts(place).map((part, index) => {
    const [name] = splitNames(place, part).filter((candidate) => place.names.has(candidate))
    if (name === undefined || part !== index) throw missingPart(place, index)
    return name
  })
}

/** Makes sure that what looks like no data is none. */
function checkNoData(place: CollectionFiles): readonly string[] {
  const { directory, names, base, collection } = place
  if (listParts(place).length > 0) throw missingPart(place, 0)
  const binary = dataFileNames(base, collection, 'vpack').find((name) => names.has(name))
  if (binary !== undefined) {
    throw new DumpFileError(join(directory, binary), 'VelocyPack data is not supported yet')
  }
  return []
}

function missingPart(place: CollectionFiles, part: number): DumpFileError {
  const [name = ''] = splitNames(place, part)
  return new DumpFileError(join(place.directory, name), 'this part of the collection is missing')
}
