// Gives broken input to all that reads VelocyPack and to a leader, and damaged directories to verify:
// npm run fuzz -- [--seed N] [--slices N] [--requests N] [--damages N] [--from N]
import { parseArgs } from 'node:util'
import { checkDamages } from './damage-check.js'
import { fuzzRequests, fuzzSlices, type FuzzFigures, type FuzzOptions } from './fuzz.js'

/** Of the requests, four in five have a body in JSON. */
const DEFAULTS = {
  seed: '1',
  slices: '2000000',
  requests: '250000',
  damages: '10000',
  from: '0',
} as const
/** RssAnon, in MB: of a run of any length. */
const MEGABYTES_MAX = 700
/** How much more it may be at its peak than after the first tenth. */
const GROWTH_MEGABYTES_MAX = 250
const PROGRESS_MS = 20_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: DEFAULTS.seed },
    slices: { type: 'string', default: DEFAULTS.slices },
    requests: { type: 'string', default: DEFAULTS.requests },
    damages: { type: 'string', default: DEFAULTS.damages },
    from: { type: 'string', default: DEFAULTS.from },
  },
})
const seed = Number(values.seed)
const from = Number(values.from)

try {
  await run('slices', Number(values.slices), fuzzSlices)
  await run('requests', Number(values.requests), fuzzRequests)
  await runDamages(Number(values.damages))
} catch (error) {
  console.error(error)
  process.exitCode = 1
}

async function run(
  what: string,
  count: number,
  fuzz: (options: FuzzOptions) => Promise<FuzzFigures>,
): Promise<void> {
  if (count === 0) return
  console.log(`${count} ${what} of seed ${seed}, from ${from}`)
  let toldMs = performance.now()
  const onProgress = (done: number): void => {
    if (performance.now() - toldMs < PROGRESS_MS) return
    toldMs = performance.now()
    console.log(`  ${done} ${what}`)
  }
  const figures = await fuzz({ seed, from, count, onProgress })
  console.log(`${count} ${what}: ${describe(figures)}`)
  assertFlat(figures)
}

async function runDamages(count: number): Promise<void> {
  console.log(`${count} damages of seed ${seed}, from ${from}`)
  await checkDamages({ seed, from, count })
  console.log(`${count} damages: all were found`)
}

function describe({ outcomes, seconds, warmMegabytes, peakMegabytes }: FuzzFigures): string {
  const counts = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`)
  const memory = `RssAnon ${warmMegabytes.toFixed(0)} MB at a tenth, at most ${peakMegabytes.toFixed(0)} MB`
  return `${counts.join(', ')}, ${seconds.toFixed(0)} s, ${memory}`
}

function assertFlat({ warmMegabytes, peakMegabytes }: FuzzFigures): void {
  if (peakMegabytes > MEGABYTES_MAX || peakMegabytes - warmMegabytes > GROWTH_MEGABYTES_MAX) {
    throw new Error(`memory grew to ${peakMegabytes.toFixed(0)} MB`)
  }
}
