import { createHash } from 'node:crypto'
import type { CollectionDefinition } from '../wire/index.js'

const VELOCYPACK = /\.data\.vpack(?:\.gz)?$/

/** The lower-case hexadecimal MD5 of a collection's name, part of the names of its files. */
function hashName(name: string): string {
  return createHash('md5').update(name).digest('hex')
}

/**
 * Takes the hash off a file name without its ending: what is left stands for the name in the names
 * of the data files too. Names that are not plain letters are replaced by the collection's `cid`, else
 * its `id`, else some number, beside which the hash is that of the name (client notes, 4.1).
 *
 * @param stem - the structure file's name without its ending
 * @returns undefined when the file's name does not fit the collection
 */
export function matchStem(
  stem: string,
  { name, parameters: { id, cid } }: CollectionDefinition,
): string | undefined {
  const suffix = `_${hashName(name)}`
  if (stem.length > suffix.length && stem.endsWith(suffix)) return stem.slice(0, -suffix.length)
  return [name, id, cid].includes(stem) ? stem : undefined
}

/** How the documents stand in a data file, as its name says. */
export type DataFormat = 'json' | 'vpack'

/** Tells whether the name of a data file, or its path, says that it is VelocyPack. */
export function isVelocyPackName(name: string): boolean {
  return VELOCYPACK.test(name)
}

/**
 * Makes the names under which arangorestore looks for a collection's data, in its order (client
 * notes, 4.5): the first that is there counts. Those of {@link splitFileNames} are of part 0.
 *
 * @param base - from {@link matchStem}
 */
export function dataFileNames(base: string, name: string, format: DataFormat): readonly string[] {
  const hash = hashName(name)
  const each = (suffix: string): string[] => bases(base, name).map((text) => text + suffix)
  return [
    ...each(`_${hash}.data.${format}`),
    ...each(`_${hash}.data.${format}.gz`),
    ...each(`.data.${format}.gz`),
    ...splitFileNames(base, name, { format, part: 0 }),
    ...each(`.data.${format}`),
  ]
}

/** Which part of a collection whose data is split into several files. */
export interface SplitPart {
  readonly format: DataFormat
  /** From 0 on. */
  readonly part: number
}

/** Makes the names of one part of a split collection; the first that is there counts. */
export function splitFileNames(
  base: string,
  name: string,
  { format, part }: SplitPart,
): readonly string[] {
  const suffix = `_${hashName(name)}.${part}.data.${format}`
  return ['.gz', ''].flatMap((end) => bases(base, name).map((text) => text + suffix + end))
}

function bases(base: string, name: string): readonly string[] {
  return base === name ? [name] : [base, name]
}
