import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { Ratio } from './ratio.js'

/** The project's root; built, this file is at dist/bench/support. */
const ROOT = new URL('../../../', import.meta.url)

/** What `bench/results/NAME.json` holds. */
export interface BenchResult {
  readonly name: string
  readonly machine: string
  readonly node: string
  readonly commit: string
  readonly ratios: readonly Ratio[]
}

/** Adds to the ratios where they were measured. */
export function createResult(name: string, ratios: readonly Ratio[]): BenchResult {
  const memory = Math.round(totalmem() / 2 ** 30)
  const machine = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, ${memory} GiB`
  return { name, machine, node: process.version, commit: currentCommit(), ratios }
}

/** Writes `bench/results/NAME.json`; gives its place. */
export async function writeResult(result: BenchResult): Promise<URL> {
  const folder = new URL('bench/results/', ROOT)
  await mkdir(folder, { recursive: true })
  const file = new URL(`${result.name}.json`, folder)
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
  return file
}

function currentCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}
