import { createHash } from 'node:crypto'
import type { CollectionDefinition, JsonObject, ViewDefinition } from '../../wire/index.js'

const TRADITIONAL = /^[A-Za-z_][A-Za-z0-9_-]*$/
const ID = /^\d{1,20}$/
/** Characters that leave room for the hash and the endings in a file name of 255 bytes. */
const NAME_LENGTH_MAX = 180

/** How the files of a collection are called. */
export interface CollectionNames {
  readonly structure: string
  /** @param part - number of a split file, from 0 on; undefined for a file that is not split */
  data(part: number | undefined): string
}

/**
 * Makes the names of a collection's files (client notes, 4.1). The hash of the name keeps those apart
 * that differ in upper and lower case alone, where a file system does not.
 *
 * @param ending - of data files, such as `json.gz`
 */
export function namesOf(
  { name, parameters }: CollectionDefinition,
  ending: string,
): CollectionNames {
  const hash = hashOf(name)
  const stem = `${standIn(name, parameters['cid'], parameters['id'])}_${hash}`
  return {
    structure: `${stem}.structure.json`,
    data: (part) => `${stem}.${part === undefined ? '' : `${part}.`}data.${ending}`,
  }
}

/**
 * Makes the name of a view's file, which has no hash: another view's name that differs in upper and
 * lower case alone is replaced by its id.
 *
 * @param taken - names of the files of other views
 */
export function viewFileName(
  { name, properties }: ViewDefinition,
  taken: readonly string[],
): string {
  return `${distinctName(name, properties, taken, '.view.json')}.view.json`
}

/** As {@link viewFileName}, for the directories of databases. */
export function databaseDirectoryName(
  name: string,
  properties: JsonObject | undefined,
  taken: readonly string[],
): string {
  return distinctName(name, properties ?? {}, taken, '')
}

function distinctName(
  name: string,
  { id }: JsonObject,
  taken: readonly string[],
  ending: string,
): string {
  const chosen = standIn(name, id, undefined)
  const lower = (chosen + ending).toLowerCase()
  if (!taken.some((other) => other.toLowerCase() === lower)) return chosen
  const other = idOf(id) ?? hashNumber(name)
  return taken.includes(other + ending) ? hashNumber(name) : other
}

/** What stands for a name in names of files: it itself if it is of plain letters, else a number. */
function standIn(name: string, firstId: unknown, secondId: unknown): string {
  if (TRADITIONAL.test(name) && name.length <= NAME_LENGTH_MAX) return name
  return idOf(firstId) ?? idOf(secondId) ?? hashNumber(name)
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && ID.test(value) ? value : undefined
}

/** A number for what has no id; arangodump takes any, but this one is the same each time. */
function hashNumber(name: string): string {
  return BigInt(`0x${hashOf(name).slice(0, 15)}`).toString()
}

function hashOf(name: string): string {
  return createHash('md5').update(name).digest('hex')
}
