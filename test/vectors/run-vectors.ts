import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkDecoding, type DecodingVectors } from './check-decoding.js'
import { checkDiffCase, type DiffCase } from './check-diffs.js'
import {
  checkDocumented,
  checkDocumentedCase,
  type DocumentedCase,
  type DocumentedVectors,
} from './check-documented.js'
import { checkHashes, type HashVectors } from './check-hashes.js'
import { checkRevisions, type RevisionVectors } from './check-revisions.js'
import { checkTreeCase, type TreeCase } from './check-tree-cases.js'
import { Checks } from './checks.js'

/** What came of the vectors of one file. */
export interface FileReport {
  readonly name: string
  readonly passed: number
  readonly failures: readonly string[]
}

type VectorFile = RevisionVectors &
  HashVectors &
  DecodingVectors &
  DocumentedVectors & { readonly cases?: readonly (TreeCase | DiffCase | DocumentedCase)[] }

/** What a file may hold; anything else is a vector that nobody would check. */
const KNOWN_PARTS = [
  'generators',
  'notes',
  'tickLimit',
  'lowerBound',
  'alphabet',
  'values',
  'decode',
  'clock',
  'pairs',
  'bulk',
  'cases',
  'decodeBinary',
  'decodeJson',
  'transitional',
  'diffs',
  'minimumFactorFor',
]

/** Checks every `.json` file of a directory, by what it holds and not by its name. */
export async function* runVectors(directory: string): AsyncGenerator<FileReport> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort()
  for (const name of names) {
    const checks = new Checks()
    try {
      const file = JSON.parse(await readFile(join(directory, name), 'utf8')) as VectorFile
      await checkFile(checks, file)
      if (checks.passed + checks.failures.length === 0) throw new Error('it holds no vectors')
    } catch (error) {
      checks.fail('the file', error)
    }
    yield { name, passed: checks.passed, failures: checks.failures }
  }
}

async function checkFile(checks: Checks, file: VectorFile): Promise<void> {
  const unknown = Object.keys(file).filter((part) => !KNOWN_PARTS.includes(part))
  if (unknown.length > 0) throw new Error(`no check is known for: ${unknown.join(', ')}`)
  await checkRevisions(checks, file)
  await checkHashes(checks, file)
  for (const told of file.cases ?? []) await checkCase(checks, told)
  await checkDecoding(checks, file)
  await checkDocumented(checks, file)
}

function checkCase(checks: Checks, told: TreeCase | DiffCase | DocumentedCase): Promise<void> {
  if ('a' in told) return checkDiffCase(checks, told)
  return 'nodeCount' in told.expected
    ? checkDocumentedCase(checks, told)
    : checkTreeCase(checks, told)
}
