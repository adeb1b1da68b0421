/*
 * Runs benches by name, each in a process of its own:
 *
 *     npm run bench              lists and runs all
 *     npm run bench -- lines     runs bench/lines.ts
 *
 * A bench prints each ratio beside its bar and writes bench/results/NAME.json. The exit code says
 * whether the benches ran, not whether the bars were met.
 */
import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BenchModule } from './support/bench.js'
import { describeRatio } from './support/ratio.js'
import { createResult, writeResult } from './support/result.js'

const THIS_FILE = fileURLToPath(import.meta.url)

async function listBenches(): Promise<string[]> {
  const files = await readdir(new URL('.', import.meta.url))
  const names = files.filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3))
  return names.filter((name) => name !== 'run').toSorted()
}

async function runBench(name: string): Promise<void> {
  const bench = (await import(new URL(`${name}.js`, import.meta.url).href)) as BenchModule
  const ratios = await bench.run()
  for (const ratio of ratios) console.log(describeRatio(ratio))
  const file = await writeResult(createResult(name, ratios))
  console.log(`written to ${fileURLToPath(file)}`)
}

function runAlone(name: string): number {
  console.log(`bench ${name}`)
  return spawnSync(process.execPath, [THIS_FILE, name], { stdio: 'inherit' }).status ?? 1
}

const benches = await listBenches()
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !benches.includes(name))
const [only] = asked
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are: ${benches.join(', ')}`)
  process.exitCode = 2
} else if (asked.length === 1 && only !== undefined) {
  await runBench(only)
} else {
  const names = asked.length === 0 ? benches : asked
  console.log(`benches: ${names.join(', ')}`)
  const failed = names.filter((name) => runAlone(name) !== 0)
  if (failed.length > 0) process.exitCode = 1
}
