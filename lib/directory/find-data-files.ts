import { join } from 'node:path'
import { DumpFileError } from './directory-error.js'
import { openDumpFile, type DumpFile } from './dump-file.js'
import {
  dataFileNames,
  isVelocyPackName,
  splitFileNames,
  type DataFormat,
  type SplitPart,
} from './file-names.js'

/** A collection's place among the files of a directory. */
export interface CollectionFiles {
  readonly directory: string
  /** All names in the directory. */
  readonly names: ReadonlySet<string>
  /** What stands for the collection's name in names of files. */
  readonly base: string
  readonly collection: string
  /** What `dump.json` says of the data files; data of the other form is taken where there is none. */
  readonly format: DataFormat | undefined
}

/** The files with a collection's data. */
export interface FoundDataFiles {
  /** To be read in this order; none for a collection without data. */
  readonly files: readonly DumpFile[]
  /** Files that hold data of the collection too, but come later in the order of choice. */
  readonly ignored: readonly string[]
  /** The data is of another form than `dump.json` says, so that arangorestore would not find it. */
  readonly isOfOtherForm: boolean
}

/**
 * Finds the data of a collection: one file, or the parts of a split one.
 *
 * @throws DumpFileError when a part is missing, or a file cannot be opened
 */
export async function findDataFiles(place: CollectionFiles): Promise<FoundDataFiles> {
  const { directory, format } = place
  const { chosen, others } = chooseDataFiles(place)
  const files: DumpFile[] = []
  for (const name of chosen) files.push(await openDumpFile(directory, name))
  const [first] = chosen
  const isOfOtherForm = first !== undefined && format !== undefined && formatOf(first) !== format
  return { files, ignored: others, isOfOtherForm }
}

function formatOf(name: string): DataFormat {
  return isVelocyPackName(name) ? 'vpack' : 'json'
}

function chooseDataFiles(place: CollectionFiles): {
  readonly chosen: readonly string[]
  readonly others: readonly string[]
} {
  const { names, base, collection, format = 'json' } = place
  const formats: readonly DataFormat[] = format === 'json' ? ['json', 'vpack'] : ['vpack', 'json']
  const all = formats.flatMap((each) => dataFileNames(base, collection, each))
  const [first, ...others] = all.filter((name) => names.has(name))
  if (first === undefined) {
    for (const each of formats) {
      if (listParts(place, each).length > 0) throw missingPart(place, { format: each, part: 0 })
    }
    return { chosen: [], others }
  }
  const isSplit = splitNames(place, { format: formatOf(first), part: 0 }).includes(first)
  const chosen = isSplit ? takeParts(place, formatOf(first)) : [first]
  return { chosen, others: others.filter((name) => !chosen.includes(name)) }
}

function splitNames({ base, collection }: CollectionFiles, part: SplitPart): readonly string[] {
  return splitFileNames(base, collection, part)
}

/** The numbers of the parts that are there, in order. */
function listParts(place: CollectionFiles, format: DataFormat): readonly number[] {
  const numbers = [...place.names].flatMap((name) => {
    const digits = /\.(\d{1,9})\.data\.(?:json|vpack)(?:\.gz)?$/.exec(name)?.[1]
    const part = Number(digits)
    return digits !== undefined && splitNames(place, { format, part }).includes(name) ? [part] : []
  })
  return [...new Set(numbers)].sort((a, b) => a - b)
}

function takeParts(place: CollectionFiles, format: DataFormat): readonly string[] {
  return listParts(place, format).map((part, index) => {
    const [name] = splitNames(place, { format, part }).filter((each) => place.names.has(each))
    if (name === undefined || part !== index) throw missingPart(place, { format, part: index })
    return name
  })
}

function missingPart(place: CollectionFiles, part: SplitPart): DumpFileError {
  const [name = ''] = splitNames(place, part)
  return new DumpFileError(join(place.directory, name), 'this part of the collection is missing')
}
