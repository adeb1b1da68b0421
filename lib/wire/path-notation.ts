/** Letters, digits and a few signs; all else could be mistaken for notation. */
const PLAIN_NAME = /^[\p{L}\p{M}\p{N}_$@:-]+$/u
/** A name at the beginning of a path: quoted as in JSON, or plain. */
const FIRST_NAME = /^(?:"(?:[^"\\]|\\.)*"|[\p{L}\p{M}\p{N}_$@:-]+)/u

/** Characters after which a path is cut off. */
const PATH_CHARACTERS_MAX = 1000
const CUT_OFF = '…'

/**
 * Writes where a value is inside a document: names joined by points, places in arrays in brackets,
 * as in `items[3].price`. A name that is not made of letters, digits and `_ $ @ : -` alone is quoted
 * as in JSON: `address."street no."`. Beyond 1000 characters a path is cut off and ends in `…`.
 *
 * @param steps - from the top down: a text is the name of an attribute, a number a place in an array
 */
export function formatPath(steps: readonly (string | number)[]): string {
  return steps.reduce(appendStep, '')
}

/** Adds one step to a path, as {@link formatPath} does. */
export function appendStep(path: string, step: string | number): string {
  if (path.length > PATH_CHARACTERS_MAX) return path
  const name = typeof step === 'number' ? `[${step}]` : formatName(step)
  const joined = typeof step === 'number' || path === '' ? path + name : `${path}.${name}`
  return joined.length > PATH_CHARACTERS_MAX
    ? joined.slice(0, PATH_CHARACTERS_MAX) + CUT_OFF
    : joined
}

function formatName(name: string): string {
  return PLAIN_NAME.test(name) ? name : JSON.stringify(name)
}

/**
 * Reads a path of names, the inverse of {@link formatPath} where no step is a place in an array.
 *
 * @throws RangeError when the text is no such path
 */
export function parsePath(text: string): string[] {
  const { names, rest } = parseLeadingPath(text)
  if (rest !== '') throw noPath(text)
  return names
}

/** The path that a text begins with. */
export interface LeadingPath {
  readonly names: string[]
  /** The text behind it. */
  readonly rest: string
}

/**
 * Reads the path of names that a text begins with, as far as it goes.
 *
 * @throws RangeError when the text begins with no path
 */
export function parseLeadingPath(text: string): LeadingPath {
  const names: string[] = []
  for (let rest = text; ;) {
    const name = FIRST_NAME.exec(rest)?.[0]
    if (name === undefined) throw noPath(text)
    names.push(readName(name, text))
    rest = rest.slice(name.length)
    if (!rest.startsWith('.')) return { names, rest }
    rest = rest.slice(1)
  }
}

/**
 * Reads paths of names that are separated by commas.
 *
 * @returns each as it is written
 * @throws RangeError when one of them is no path
 */
export function splitPaths(text: string): string[] {
  const paths = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/g) ?? []
  const trimmed = paths.map((path) => path.trim())
  for (const path of trimmed) parsePath(path)
  return trimmed
}

function readName(name: string, path: string): string {
  if (!name.startsWith('"')) return name
  try {
    return JSON.parse(name) as string
  } catch (cause) {
    throw noPath(path, cause)
  }
}

function noPath(text: string, cause?: unknown): RangeError {
  const form = 'names are joined by points, and those of other than letters and digits quoted'
  return new RangeError(`Cannot read "${text}" as a path of attributes: ${form}`, { cause })
}
