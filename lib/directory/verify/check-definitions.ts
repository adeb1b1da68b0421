import { basename, join } from 'node:path'
import { parseCollectionDefinition, parseViewDefinition } from '../../wire/index.js'
import { DumpFileError } from '../directory-error.js'
import { readJsonFile } from '../dump-file.js'
import { matchStem, type DataFormat } from '../file-names.js'
import { findDataFiles } from '../find-data-files.js'
import { STRUCTURE_SUFFIX } from '../list-directory.js'
import { dataFileStems, VIEW_SUFFIX, withSuffix } from '../read-collections.js'
import type { CheckedCollection } from './check-collection.js'
import type { DumpPlace } from './check-listed-files.js'
import { reasonOf, WHAT_IS_READ } from './reason-of.js'
import { toFinding } from './to-finding.js'
import type { VerifyEvent } from './verify-event.js'

const DECIMAL = /^\d+$/

/** What the check of structure files needs to know. */
export interface StructureOptions extends DumpPlace {
  readonly format: DataFormat | undefined
}

/** Checks the structure files, and finds the data of each. */
export async function* checkStructures(
  options: StructureOptions,
): AsyncGenerator<VerifyEvent, readonly CheckedCollection[]> {
  const { directory, names } = options
  const found = new Map<string, CheckedCollection>()
  const hasData = [...names].some((name) => dataFileStems(name) !== undefined)
  const claimed = new Set<string>()
  for (const name of withSuffix(names, STRUCTURE_SUFFIX)) {
    const collection = yield* checkStructure(name, options, claimed)
    if (collection === undefined) continue
    const { name: title } = collection.definition
    const { structure, files } = collection
    if (found.has(title)) {
      const message = `collection "${title}" has another structure file`
      yield toFinding({ code: 'structure-repeated', file: structure, message })
    } else found.set(title, collection)
    if (files.length > 0 || !hasData) continue
    const message = `there is no data file of collection "${title}"`
    yield toFinding({ code: 'data-missing', file: structure, message })
  }
  if (!hasData && found.size > 0) {
    const message =
      'there are no data files at all: it describes collections without their documents'
    yield toFinding({ code: 'data-missing', severity: 'warning', file: directory, message })
  }
  yield* checkUnclaimed(options, claimed, found)
  return [...found.values()]
}

async function* checkStructure(
  name: string,
  options: StructureOptions,
  claimed: Set<string>,
): AsyncGenerator<VerifyEvent, CheckedCollection | undefined> {
  const { directory, names, format } = options
  const structure = join(directory, name)
  try {
    const value = await readJsonFile(directory, name)
    const definition = parseCollectionDefinition(value, WHAT_IS_READ)
    const base = matchStem(stemOf(name), definition)
    if (base === undefined) {
      const reason = `its name does not fit the collection "${definition.name}" in it`
      throw new DumpFileError(structure, reason)
    }
    const place = { directory, names, base, collection: definition.name, format }
    const files = yield* checkDataFiles(place, claimed)
    return files === undefined || definition.isDeleted
      ? undefined
      : { definition, structure, files }
  } catch (error) {
    yield toFinding({ code: 'structure', file: structure, message: reasonOf(error) })
    return undefined
  }
}

/** @returns undefined when the data cannot be found */
async function* checkDataFiles(
  place: Parameters<typeof findDataFiles>[0],
  claimed: Set<string>,
): AsyncGenerator<VerifyEvent, CheckedCollection['files'] | undefined> {
  try {
    const { files, isOfOtherForm } = await findDataFiles(place)
    for (const { path } of files) claimed.add(basename(path))
    const [first] = files
    if (isOfOtherForm && first !== undefined) {
      const message = 'it is of another form than useVPack of dump.json says'
      yield toFinding({ code: 'data-form', file: first.path, message })
    }
    return files
  } catch (error) {
    if (!(error instanceof DumpFileError)) throw error
    const isThere = place.names.has(basename(error.path))
    const code = isThere ? 'file-unreadable' : 'part-missing'
    yield toFinding({ code, file: error.path, message: error.reason })
    return undefined
  }
}

/** Looks for data files that nothing is read of. */
function* checkUnclaimed(
  { directory, names }: StructureOptions,
  claimed: ReadonlySet<string>,
  found: ReadonlyMap<string, CheckedCollection>,
): Generator<VerifyEvent> {
  const read = new Set([...found.values()].map(({ structure }) => stemOf(basename(structure))))
  const described = new Set(withSuffix(names, STRUCTURE_SUFFIX).map(stemOf))
  for (const name of [...names].sort()) {
    const forms = claimed.has(name) ? undefined : dataFileStems(name)
    if (forms === undefined) continue
    const file = join(directory, name)
    if (forms.some((stem) => read.has(stem) || found.has(stem))) {
      const message = 'another data file of its collection comes before it'
      yield toFinding({ code: 'data-left-out', severity: 'warning', file, message })
    } else if (!forms.some((stem) => described.has(stem))) {
      const message = 'no structure file tells of its collection'
      yield toFinding({ code: 'data-unclaimed', file, message })
    }
  }
}

function stemOf(structure: string): string {
  return structure.slice(0, -STRUCTURE_SUFFIX.length)
}

/** Checks the files of views. */
export async function* checkViews({ directory, names }: DumpPlace): AsyncGenerator<VerifyEvent> {
  for (const name of withSuffix(names, VIEW_SUFFIX)) {
    const file = join(directory, name)
    try {
      const view = parseViewDefinition(await readJsonFile(directory, name), WHAT_IS_READ)
      const stem = name.slice(0, -VIEW_SUFFIX.length)
      if (stem === view.name || DECIMAL.test(stem)) continue
      const message = `its name does not fit the view "${view.name}" in it`
      yield toFinding({ code: 'view', severity: 'warning', file, message })
    } catch (error) {
      yield toFinding({ code: 'view', file, message: reasonOf(error) })
    }
  }
}
