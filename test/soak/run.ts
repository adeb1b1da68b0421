// Kills leaders and followers at random points, or follows slowly for long:
// npm run soak -- kill [--points N] [--seed N]
// npm run soak -- slow [--minutes N] [--seed N]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { soakKills } from './kill.js'
import { soakSlowConsumer, type SlowSoakFigures } from './slow.js'

const DEFAULTS = { seed: '1', points: '100', minutes: '10' } as const
const PROGRESS_POINTS = 10
const PROGRESS_PAUSES = 20

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: DEFAULTS.seed },
    points: { type: 'string', default: DEFAULTS.points },
    minutes: { type: 'string', default: DEFAULTS.minutes },
  },
})
const [what] = positionals
if (what === 'kill') await run(kill)
else if (what === 'slow') await run(slow)
else {
  console.error('usage: npm run soak -- kill|slow [--points N] [--minutes N] [--seed N]')
  process.exitCode = 2
}

/** Removes the directory only where all went well: what is in it tells what happened. */
async function run(soak: (directory: string) => Promise<string>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-soak-'))
  try {
    console.log(await soak(directory))
    await rm(directory, { recursive: true })
  } catch (error) {
    console.error(error)
    console.error(`the stores are in ${directory}`)
    process.exitCode = 1
  }
}

async function kill(directory: string): Promise<string> {
  const seed = Number(values.seed)
  const points = Number(values.points)
  console.log(`${points} points of seed ${seed}`)
  const onPoint = (point: number, victims: readonly string[]): void => {
    if (point % PROGRESS_POINTS === 0) console.log(`  point ${point}: ${victims.join(', ')}`)
  }
  const figures = await soakKills({ directory, points, seed, onPoint })
  const { kills, changes, events, repeated } = figures
  return `${kills} kills, ${changes} changes acknowledged, ${events} events, ${repeated} of them again`
}

async function slow(directory: string): Promise<string> {
  const seed = Number(values.seed)
  const minutes = Number(values.minutes)
  console.log(`${minutes} minutes of seed ${seed}`)
  const onPause = (figures: SlowSoakFigures): void => {
    if (figures.pauses % PROGRESS_PAUSES === 0) console.log(`  ${describe(figures)}`)
  }
  return describe(await soakSlowConsumer({ directory, minutes, seed, onPause }))
}

function describe({ changes, events, requests, pauses, peakMegabytes }: SlowSoakFigures): string {
  const memory = `RssAnon at most ${peakMegabytes.toFixed(0)} MB`
  return `${changes} changes, ${events} taken, ${requests} requests, ${pauses} pauses, ${memory}`
}
