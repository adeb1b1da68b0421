// Kills leaders and followers at random points, follows slowly for long, writes through many
// connections at one time, imports more than fits into memory, or dumps, pipes and restores as much:
// npm run soak -- kill [--points N] [--seed N]
// npm run soak -- applier [--points N] [--seed N] (two servers, one follows in the background)
// npm run soak -- slow [--minutes N] [--seed N]
// npm run soak -- write [--minutes N] [--connections N] [--seed N]
// npm run soak -- import [--megabytes N]
// npm run soak -- arangorestore (every dump of the reference data into a leader)
// npm run soak -- directories (every dump of the reference data, written in every form)
// npm run soak -- dump [--megabytes N]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { soakArangorestore } from './arangorestore.js'
import { soakAppliers } from './applier.js'
import { soakDirectories } from './directories.js'
import { soakDump } from './dump.js'
import { soakImports } from './import.js'
import { soakKills } from './kill.js'
import { soakSlowConsumer, type SlowSoakFigures } from './slow.js'
import { soakWrites } from './write.js'

const DEFAULTS = { seed: '1', connections: '64' } as const
/** Kills of the two soaks that kill. */
const KILL_POINTS = '100'
const APPLIER_POINTS = '20'
/** Of a slow consumer, and of many writers. */
const SLOW_MINUTES = '10'
const WRITE_MINUTES = '1'
/** Of imports, and of a dump. */
const IMPORT_MEGABYTES = '300'
const DUMP_MEGABYTES = '2000'
const PROGRESS_POINTS = 10
const PROGRESS_PAUSES = 20

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: DEFAULTS.seed },
    points: { type: 'string' },
    minutes: { type: 'string' },
    connections: { type: 'string', default: DEFAULTS.connections },
    megabytes: { type: 'string' },
  },
})
const [what] = positionals
if (what === 'kill') await run(kill)
else if (what === 'applier') await run(follow)
else if (what === 'slow') await run(slow)
else if (what === 'write') await run(write)
else if (what === 'import') await run(importMuch)
else if (what === 'arangorestore') await run(restoreDumps)
else if (what === 'directories') await run(writeDirectories)
else if (what === 'dump') await run(dumpMuch)
else {
  const flags = '[--points N] [--minutes N] [--connections N] [--megabytes N] [--seed N]'
  console.error(
    `usage: npm run soak -- kill|applier|slow|write|import|arangorestore|directories|dump ${flags}`,
  )
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

async function writeDirectories(directory: string): Promise<string> {
  return `${await soakDirectories(directory)} dumps were equal to what they were written of`
}

async function restoreDumps(): Promise<string> {
  return `${await soakArangorestore()} dumps are in leaders as they are in their directories`
}

async function kill(directory: string): Promise<string> {
  const seed = Number(values.seed)
  const points = Number(values.points ?? KILL_POINTS)
  console.log(`${points} points of seed ${seed}`)
  const onPoint = (point: number, victims: readonly string[]): void => {
    if (point % PROGRESS_POINTS === 0) console.log(`  point ${point}: ${victims.join(', ')}`)
  }
  const figures = await soakKills({ directory, points, seed, onPoint })
  const { kills, changes, events, repeated } = figures
  return `${kills} kills, ${changes} changes acknowledged, ${events} events, ${repeated} of them again`
}

async function follow(directory: string): Promise<string> {
  const seed = Number(values.seed)
  const points = Number(values.points ?? APPLIER_POINTS)
  console.log(`${points} points of seed ${seed}`)
  const onPoint = (point: number, victims: readonly string[]): void => {
    console.log(`  point ${point}: ${victims.join(', ')}`)
  }
  const figures = await soakAppliers({ directory, points, seed, onPoint })
  const { leaderKills, followerKills, changes } = figures
  return `${leaderKills} kills of the leader, ${followerKills} of the follower, ${changes} changes: equal`
}

async function slow(directory: string): Promise<string> {
  const seed = Number(values.seed)
  const minutes = Number(values.minutes ?? SLOW_MINUTES)
  console.log(`${minutes} minutes of seed ${seed}`)
  const onPause = (figures: SlowSoakFigures): void => {
    if (figures.pauses % PROGRESS_PAUSES === 0) console.log(`  ${describe(figures)}`)
  }
  return describe(await soakSlowConsumer({ directory, minutes, seed, onPause }))
}

async function write(directory: string): Promise<string> {
  const seed = Number(values.seed)
  const minutes = Number(values.minutes ?? WRITE_MINUTES)
  const connections = Number(values.connections)
  console.log(`${minutes} minutes of seed ${seed} through ${connections} connections`)
  const figures = await soakWrites({ directory, minutes, connections, seed })
  const { requests, written, p50Ms, p99Ms, maxMs } = figures
  const times = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, at most ${maxMs.toFixed(0)} ms`
  return `${requests} requests, none failed; ${written} writes, all there after a kill; ${times}`
}

async function importMuch(directory: string): Promise<string> {
  const megabytes = Number(values.megabytes ?? IMPORT_MEGABYTES)
  console.log(`two imports of ${megabytes} MB`)
  const { documents, grownMegabytes } = await soakImports({ directory, megabytes })
  return `${documents} documents, RssAnon grew by ${grownMegabytes.toFixed(0)} MB at most`
}

async function dumpMuch(directory: string): Promise<string> {
  const megabytes = Number(values.megabytes ?? DUMP_MEGABYTES)
  console.log(`a collection of ${megabytes} MB`)
  const onStep = (step: string, peak: number): void => {
    console.log(`  ${step}: RssAnon at most ${peak.toFixed(0)} MB`)
  }
  const { documents, peakMegabytes } = await soakDump({ directory, megabytes, onStep })
  return `${documents} documents, RssAnon at most ${peakMegabytes.toFixed(0)} MB`
}

function describe({ changes, events, requests, pauses, peakMegabytes }: SlowSoakFigures): string {
  const memory = `RssAnon at most ${peakMegabytes.toFixed(0)} MB`
  return `${changes} changes, ${events} taken, ${requests} requests, ${pauses} pauses, ${memory}`
}
