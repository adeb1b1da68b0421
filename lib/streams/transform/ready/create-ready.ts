import { parseLeadingPath } from '../../../wire/index.js'
import type { DocumentTransform } from '../document-transform.js'
import { createMaskTransform } from '../maskings/mask-documents.js'
import { MaskingsError } from '../maskings/maskings-error.js'
import { parseMaskingsText } from '../maskings/parse-maskings.js'
import { parsePseudonymsText } from '../pseudonyms/parse-pseudonyms.js'
import { readPseudonymKey } from '../pseudonyms/pseudonym-key.js'
import { createPseudonymTransform } from '../pseudonyms/pseudonymise.js'
import { PseudonymsError } from '../pseudonyms/pseudonyms-error.js'
import { readAssignments, readPaths } from './attribute-paths.js'
import { filterExpression } from './filter-documents.js'
import { filterKeys } from './filter-keys.js'
import { flatten } from './flatten.js'
import { splitPatterns } from './key-patterns.js'
import { project } from './project.js'
import { readJsonValue } from './read-json-value.js'
import { readSeed } from './read-seed.js'
import { readSetupFile, UnreadableFileError } from './read-setup-file.js'
import type { TransformSetup } from './ready-made.js'
import { removeAttributes } from './remove-attributes.js'
import { renameAttributes } from './rename-attributes.js'
import { renameCollections } from './rename-collections.js'
import { SEED_VARIABLE } from './run-seed.js'
import { sample } from './sample.js'
import { setAttributes } from './set-attributes.js'

const SHARE = /^(?:\d+(?:[.]\d*)?|[.]\d+)$/

export function createFilter(argument: string): DocumentTransform {
  if (argument.trim() === '') throw new RangeError('there is no expression')
  try {
    return filterExpression(argument)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new RangeError(`it is no JavaScript expression (${error.message})`, { cause: error })
  }
}

export async function createKeys(
  argument: string,
  { cwd }: TransformSetup,
): Promise<DocumentTransform> {
  if (!argument.startsWith('@')) return filterKeys(needSome(splitPatterns(argument)))
  const text = await readSetupFile(argument.slice(1), cwd)
  return filterKeys(text.split(/\r?\n/).filter((line) => line !== ''))
}

export function createProject(argument: string): DocumentTransform {
  return project(readPaths(argument))
}

export function createRemove(argument: string): DocumentTransform {
  return removeAttributes(readPaths(argument))
}

export function createRename(argument: string): DocumentTransform {
  return renameAttributes(readAssignments(argument, readNewName))
}

export function createRenameCollection(argument: string): DocumentTransform {
  const names = argument.split(',').map((part): readonly [string, string] => {
    const [from = '', to, ...more] = part.split('=').map((name) => name.trim())
    if (to === undefined || more.length > 0) {
      throw new RangeError('what is expected is OLD=NEW, and more of them after commas')
    }
    return [from, to]
  })
  return renameCollections(names)
}

export function createSet(argument: string): DocumentTransform {
  return setAttributes(readAssignments(argument, readJsonValue))
}

export function createSample(argument: string): DocumentTransform {
  const [share = '', seed = '0', ...more] = argument.split(',').map((part) => part.trim())
  if (!SHARE.test(share) || more.length > 0) {
    throw new RangeError('what is expected is a share from 0 to 1, and after a comma a seed')
  }
  return sample(Number(share), { seed: readSeed(seed) })
}

export function createFlatten(argument: string): DocumentTransform {
  return flatten(argument === '' ? {} : { separator: argument })
}

export async function createMask(
  path: string,
  { cwd, environment }: TransformSetup,
): Promise<DocumentTransform> {
  const text = await readSetupFile(path, cwd).catch((cause: unknown) => {
    if (!(cause instanceof UnreadableFileError)) throw cause
    throw new MaskingsError(cause.message, { source: path }, { cause })
  })
  const maskings = parseMaskingsText(text, path)
  const seed = environment[SEED_VARIABLE]
  return createMaskTransform(maskings, seed === undefined ? {} : { seed: readSeed(seed) })
}

export async function createPseudonyms(
  path: string,
  setup: TransformSetup,
): Promise<DocumentTransform> {
  const text = await readSetupFile(path, setup.cwd).catch((cause: unknown) => {
    if (!(cause instanceof UnreadableFileError)) throw cause
    throw new PseudonymsError(cause.message, { source: path }, { cause })
  })
  const rules = parsePseudonymsText(text, path)
  return createPseudonymTransform(rules, await readPseudonymKey(setup))
}

function needSome(patterns: readonly string[]): readonly string[] {
  if (patterns.length === 0) throw new RangeError('there is no pattern')
  return patterns
}

/** The attribute stays in its object, so that its new name is no path. */
function readNewName(text: string): { readonly value: string; readonly rest: string } {
  const { names, rest } = parseLeadingPath(text)
  const [value = ''] = names
  if (names.length > 1) {
    throw new RangeError('a new name is no path, for attributes stay where they are')
  }
  return { value, rest }
}
